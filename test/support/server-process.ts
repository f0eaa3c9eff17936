import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { watch } from './watchdog.ts'

export interface ServerProcess {
  readonly pid: number
  readonly running: boolean
  /** Resolves when the process has ended. */
  end(signal: NodeJS.Signals): Promise<void>
}

export interface ServerCommand {
  readonly command: string
  readonly args?: readonly string[]
  readonly env: NodeJS.ProcessEnv
  /** With everything that the server keeps; removed when the tests end in whatever way. */
  readonly folder: string
  /** The file for what it prints. */
  readonly console: string
  /** Who it runs as; default: as this process. */
  readonly user?: { readonly uid: number; readonly gid: number }
}

const shutdownTimeoutMs = 30_000

export async function startServerProcess(server: ServerCommand): Promise<ServerProcess> {
  const { command, args = [], env, folder, user } = server
  const output = openSync(server.console, 'a')
  // Of its own process group: a Ctrl-C in the terminal reaches the tests, which end it in order.
  const stdio = ['ignore', output, output] as const
  const child = spawn(command, args, { env, cwd: folder, detached: true, stdio: [...stdio], ...user })
  closeSync(output)
  await once(child, 'spawn')
  const pid = child.pid as number
  const exited = once(child, 'exit')
  const watchdog = watch([pid], folder)
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
