import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { AppenderOrders } from './appender.ts'

/** A process that appends, as its parent sees it. */
export interface AppenderProcess {
  /** How many batches, or increments, it has told of. */
  readonly done: number
  /** Its exit code, when it ends by itself. */
  readonly ended: Promise<number | null>
  /** `kill -9`. */
  kill(): Promise<void>
}

const program = fileURLToPath(new URL('appender.ts', import.meta.url))

export function startAppender(orders: AppenderOrders): AppenderProcess {
  const child = fork(program, [JSON.stringify(orders)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  let done = 0
  child.on('message', (number: number) => (done = number))
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  return {
    get done() {
      return done
    },
    ended,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
