import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Fleet, Member } from './fleet.ts'

const program = fileURLToPath(new URL('../main.ts', import.meta.url))

/** Servers as processes of their own, as in earnest, on the RabbitMQ of EVENTBUS_AMQP_URL. */
export function asProcesses(dataDir: string, exchange: string): Fleet {
  return {
    place: 'three processes, on RabbitMQ',
    async start(name): Promise<Member> {
      const env = { ...process.env, PORT: '0', INSTANCE: name, DATA_DIR: dataDir, EVENTBUS_EXCHANGE: exchange }
      const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'inherit'] })
      // However the demo ends, no server outlives it.
      process.once('exit', () => child.kill('SIGKILL'))
      const url = await servedUrl(child, name)
      return { name, url, kill: () => end(child, 'SIGKILL'), stop: () => stop(child, name) }
    },
  }
}

/** The server says where it serves when it is ready. */
async function servedUrl(child: ChildProcess & { stdout: NodeJS.ReadableStream }, name: string): Promise<string> {
  for await (const line of createInterface(child.stdout)) {
    const [url] = /http:\S+/.exec(line) ?? []
    if (url !== undefined) return url
  }
  throw new Error(`${name} ended before it was ready`)
}

async function stop(child: ChildProcess, name: string): Promise<void> {
  await end(child, 'SIGTERM')
  if (child.exitCode !== 0) throw new Error(`${name} ended with ${child.exitCode ?? child.signalCode}`)
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}
