/** How often something took so long or less. */
export interface HistogramBucket {
  readonly maxSeconds: number
  readonly count: number
}

/** How long something took, since the bus was made. */
export interface Durations {
  readonly count: number
  /** Of all of them. */
  readonly seconds: number
  /** Each counts those of the ones before it, too; what took longer than the last is in `count` alone. */
  readonly buckets: readonly HistogramBucket[]
}

/** Counts durations by fixed bounds, in plain fields: it is asked for every event. */
export class Histogram {
  readonly #boundsMs: readonly number[]
  readonly #counts: number[]
  #count = 0
  #sumMs = 0

  /** The bounds in milliseconds, rising. */
  constructor(boundsMs: readonly number[]) {
    this.#boundsMs = boundsMs
    this.#counts = boundsMs.map(() => 0)
  }

  observe(ms: number): void {
    const bounds = this.#boundsMs
    let index = 0
    // Most are short.
    while (index < bounds.length && ms > (bounds[index] as number)) index++
    if (index < bounds.length) (this.#counts[index] as number)++
    this.#count++
    this.#sumMs += ms
  }

  read(): Durations {
    let count = 0
    const buckets = this.#boundsMs.map((boundMs, index) => {
      count += this.#counts[index] ?? 0
      return { maxSeconds: boundMs / 1_000, count }
    })
    return { count: this.#count, seconds: this.#sumMs / 1_000, buckets }
  }
}
