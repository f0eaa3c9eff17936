import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Context, createEventBus, isEventBusError, silentLogger, type UntypedBus } from '../../../src/index.ts'
import { rabbitmq, type RabbitmqOptions } from '../../../src/rabbitmq/index.ts'
import type { HoarderOrders, HoarderPublisher, HoarderState, PublisherState } from './hoard.ts'

/** A process that goes on publishing whatever becomes of the broker, and whose handlers fail when it goes. */
const orders = JSON.parse(process.argv[2] ?? '') as HoarderOrders
const report = (message: HoarderState | 'ready'): void => void process.send?.(message, () => {})
const faults: string[] = []
process.on('unhandledRejection', (reason) => faults.push(`unhandled rejection: ${String(reason)}`))
process.on('uncaughtException', (error) => faults.push(`uncaught: ${error.stack}`))
// Whatever becomes of the parent, the process does not outlive it.
process.on('disconnect', () => process.exit(1))

const longMs = 1_800_000
const shortMs = 3_000
const jobs: Record<string, number[]> = {}
let isFinished = false

function makeBus(instance: string, limits: RabbitmqOptions = {}): UntypedBus {
  const { url, exchange: exchangeName } = orders
  const transport = rabbitmq({ url, exchangeName, reconnect: { maxMs: 1_000 }, ...limits })
  return createEventBus({ source: 'hoarder', instance, logger: silentLogger, transport })
}

class Publisher {
  readonly #bus: UntypedBus
  readonly #name: string
  readonly #eventBytes: number
  readonly #failed: string[] = []
  #tried = 0
  #confirmed = 0
  #timedOut = 0
  #refused = 0
  #refusedLater = 0

  constructor({ name, eventBytes, maxBufferedEvents, maxBufferedBytes }: HoarderPublisher) {
    this.#bus = makeBus(name, { maxBufferedEvents, maxBufferedBytes })
    this.#name = name
    this.#eventBytes = eventBytes
  }

  get state(): PublisherState {
    const [confirmed, timedOut, refused] = [this.#confirmed, this.#timedOut, this.#refused]
    return {
      name: this.#name,
      confirmed,
      timedOut,
      refused,
      refusedLater: this.#refusedLater,
      waiting: this.#tried - confirmed - timedOut - refused - this.#failed.length,
      failed: this.#failed,
    }
  }

  /** Faster than anything goes out in an outage, and with a rest for others when there is no room. */
  async run(): Promise<void> {
    while (!isFinished) {
      const refused = this.#refused
      const turn = { isOver: false }
      setImmediate(() => (turn.isOver = true))
      for (let count = 0; count < 10; count++) this.#publish(turn)
      await sleep(this.#refused > refused ? 20 : 5)
    }
  }

  #publish(turn: { readonly isOver: boolean }): void {
    const data = { number: this.#tried++, fill: randomBytes(this.#eventBytes / 2).toString('hex') }
    // Some give up on their way: there is coming and going all through an outage.
    const timeoutMs = data.number % 10 === 0 ? shortMs : longMs
    this.#bus.publish({ type: `load.${this.#name}`, data }, { timeoutMs }).then(
      () => this.#confirmed++,
      (error: unknown) => this.#rejected(error, turn.isOver),
    )
  }

  #rejected(error: unknown, isLater: boolean): void {
    if (isEventBusError(error, 'PUBLISH_BUFFER_FULL')) {
      this.#refused++
      if (isLater) this.#refusedLater++
    } else if (isEventBusError(error, 'PUBLISH_TIMEOUT') || isEventBusError(error, 'PUBLISH_UNCONFIRMED')) {
      this.#timedOut++
    } else this.#failed.push(String(error))
  }
}

/** Fails when the broker has gone, and is tried again. */
async function work({ id }: { id: string }, { attempt }: Context): Promise<void> {
  ;(jobs[id] ??= []).push(attempt)
  if (attempt > 1) return
  while (worker.status === 'open') await sleep(50)
  throw new Error('the broker has gone')
}

function sample(): void {
  globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  report({ heapUsed, external, rss, publishers: publishers.map(({ state }) => state), jobs, faults })
}

const worker = makeBus('worker')
const retry = { immediate: 0, delays: [1_000] }
await worker.subscribe('job.#', work, { name: 'work', group: 'workers', concurrency: 100, retry, timeoutMs: 600_000 })
  .ready
const publishers = orders.publishers.map((publisher) => new Publisher(publisher))
process.on('message', (command: 'sample' | 'finish') => {
  if (command === 'sample') sample()
  else isFinished = true
})
report('ready')
await Promise.all(publishers.map((publisher) => publisher.run()))
