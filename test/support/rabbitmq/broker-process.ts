import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import type { BrokerFiles } from './broker-files.ts'
import { watch } from './watchdog.ts'

export interface BrokerProcess {
  readonly pid: number
  readonly running: boolean
  /** Resolves when the process has ended. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

const shutdownTimeoutMs = 30_000

export async function startBrokerProcess(
  server: string,
  env: NodeJS.ProcessEnv,
  files: BrokerFiles,
): Promise<BrokerProcess> {
  const output = openSync(files.console, 'a')
  // Of its own process group: a Ctrl-C in the terminal reaches the tests, which end it in order.
  const child = spawn(server, [], { env, cwd: files.folder, detached: true, stdio: ['ignore', output, output] })
  closeSync(output)
  await once(child, 'spawn')
  const pid = child.pid as number
  const exited = once(child, 'exit')
  const watchdog = watch([pid], files.folder)
  child.once('exit', () => watchdog.release())
  return {
    pid,
    get running() {
      return child.exitCode === null && child.signalCode === null
    },
    async end(signal) {
      child.kill(signal)
      const overdue = setTimeout(() => child.kill('SIGKILL'), shutdownTimeoutMs)
      await exited
      clearTimeout(overdue)
    },
  }
}
