import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { waitFor } from '../support/wait-for.ts'

const program = fileURLToPath(new URL('../../examples/app-servers/src/main.ts', import.meta.url))
const endWithParent = new URL('../support/end-with-parent.ts', import.meta.url).href
const built = new URL('../../dist/index.js', import.meta.url)

/** What the servers of one test have in common. */
export interface Surroundings {
  readonly amqpUrl: string
  readonly exchange: string
  readonly dataDir: string
}

/** One server of examples/app-servers in a process of its own. */
export interface ServerProcess {
  readonly name: string
  readonly output: string
  /** What `GET path` answers, as JSON. */
  get<T>(path: string): Promise<T>
  request(method: string, path: string, body?: object): Promise<Response>
  /** Resolves with the exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | string | null>
}

/** The examples import the package by its name, and so what `npm run build` makes of it. */
export function assertBuilt(): void {
  if (!existsSync(built)) throw new Error('dist is missing, which the examples import: npm run build')
}

/** Starts a server and waits until it is ready. */
export async function startServer(name: string, { amqpUrl, exchange, dataDir }: Surroundings): Promise<ServerProcess> {
  const env = {
    ...process.env,
    PORT: '0',
    INSTANCE: name,
    DATA_DIR: dataDir,
    EVENTBUS_AMQP_URL: amqpUrl,
    EVENTBUS_EXCHANGE: exchange,
  }
  const execArgv = ['--import', endWithParent]
  const child = fork(program, { env, execArgv, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  let output = ''
  for (const pipe of [child.stdout, child.stderr]) pipe?.on('data', (text) => (output += String(text)))
  const url = await waitFor(() => hasEnded(child) || /serves (http:\S+)/.exec(output)?.[1], {
    message: `${name} ready`,
  })
  if (url === true) throw new Error(`${name} ended before it was ready:\n${output}`)
  const request: ServerProcess['request'] = (method, path, body) =>
    fetch(url + path, { method, signal: AbortSignal.timeout(10_000), ...(body && { body: JSON.stringify(body) }) })
  return {
    name,
    get output() {
      return output
    },
    request,
    get: async (path) => (await request('GET', path)).json() as Promise<never>,
    end: (signal) => end(child, signal),
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | string | null> {
  if (!hasEnded(child)) {
    const exited = once(child, 'exit')
    const killer = setTimeout(() => child.kill('SIGKILL'), 15_000)
    child.kill(signal)
    await exited
    clearTimeout(killer)
  }
  return child.exitCode ?? child.signalCode
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}
