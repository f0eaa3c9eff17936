import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { waitFor } from '../wait-for.ts'

/** One publisher of a hoarder: what it publishes, without pause, and how much of that its bus may keep. */
export interface HoarderPublisher {
  /** Its events are of the type `load.<name>`, numbered in their data. */
  readonly name: string
  readonly eventBytes: number
  readonly maxBufferedEvents: number
  readonly maxBufferedBytes: number
}

/** What a hoarder process is told on its command line, as one JSON argument. */
export interface HoarderOrders {
  readonly url: string
  readonly exchange: string
  readonly publishers: readonly HoarderPublisher[]
}

/** How one publisher has fared. Events that time out were given so little time on purpose. */
export interface PublisherState {
  readonly name: string
  readonly confirmed: number
  readonly timedOut: number
  /** PUBLISH_BUFFER_FULL. */
  readonly refused: number
  /** Those of them that were not told so in the same turn of the event loop. */
  readonly refusedLater: number
  readonly waiting: number
  /** All other errors. */
  readonly failed: readonly string[]
}

/** A sample, taken behind the garbage collector. */
export interface HoarderState {
  readonly heapUsed: number
  /** Beside the heap: the bytes of encoded events. */
  readonly external: number
  readonly rss: number
  readonly publishers: readonly PublisherState[]
  /** By id, the attempts at each job. */
  readonly jobs: Readonly<Record<string, readonly number[]>>
  /** Unhandled rejections and uncaught errors. */
  readonly faults: readonly string[]
}

/** A hoarder process, as its parent sees it. */
export interface Hoarder {
  sample(): Promise<HoarderState>
  /** Publishes no more; what was accepted stays on its way. */
  finish(): void
  end(): Promise<void>
}

const program = fileURLToPath(new URL('hoarder.ts', import.meta.url))

/** Starts a process that goes on publishing whatever becomes of the broker. */
export async function startHoarder(orders: HoarderOrders): Promise<Hoarder> {
  const child = fork(program, [JSON.stringify(orders)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: ['--expose-gc'],
  })
  let latest: HoarderState | 'ready' | undefined
  child.on('message', (report: HoarderState | 'ready') => (latest = report))
  const next = async (): Promise<HoarderState | 'ready'> => {
    const report = await waitFor(() => latest, { timeoutMs: 60_000, message: 'a report of the hoarder' })
    latest = undefined
    return report
  }
  await next()
  return {
    async sample() {
      child.send('sample')
      return (await next()) as HoarderState
    },
    finish: () => void child.send('finish'),
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}
