import { sharedClock } from '../payload.ts'
import type { Latency } from './orders.ts'

/** Counts what comes in, and how long each event was on its way where that is asked for. */
export class Received {
  readonly all: Promise<void>
  readonly #resolve: () => void
  readonly #latencies: number[] = []
  #left: number

  constructor(events: number) {
    this.#left = events
    const { promise, resolve } = Promise.withResolvers<void>()
    this.all = promise
    this.#resolve = resolve
  }

  /** One more event, sent at that time if it was stamped. */
  count(sentAt?: number): void {
    if (sentAt !== undefined) this.#latencies.push(sharedClock() - sentAt)
    this.#left--
    if (this.#left === 0) this.#resolve()
  }

  get latency(): Latency {
    const sorted = Float64Array.from(this.#latencies).sort()
    const quantile = (share: number): number => (sorted[Math.ceil(share * sorted.length) - 1] ?? NaN) / 1_000
    return { p50Ms: quantile(0.5), p99Ms: quantile(0.99), maxMs: quantile(1) }
  }
}
