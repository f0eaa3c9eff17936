/** What waits until a moment (`performance.now()`), and then no longer. */
interface Waiting {
  readonly deadline: number
  expire(): void
}

/** How late a deadline may be noticed, at the most. */
const granularityMs = 10

/** One timer for the deadlines of many: one for each would cost as much as what they wait for. */
export class Deadlines {
  readonly #waiting: Iterable<Waiting>
  #timer: NodeJS.Timeout | undefined
  #wakesAt = Infinity

  /** Looks after all that `waiting` holds at any time. */
  constructor(waiting: Iterable<Waiting>) {
    this.#waiting = waiting
  }

  /** To be told of each that comes. */
  watch({ deadline }: Waiting): void {
    if (deadline < this.#wakesAt) this.#wakeAt(deadline)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #wakeAt(moment: number): void {
    clearTimeout(this.#timer)
    this.#wakesAt = moment
    const waitMs = Math.max(granularityMs, Math.ceil(moment - performance.now()))
    this.#timer = setTimeout(() => this.#sweep(), waitMs)
    // What is waited for keeps the process alive, or nothing does.
    this.#timer.unref()
  }

  #sweep(): void {
    this.#wakesAt = Infinity
    const now = performance.now()
    let earliest = Infinity
    for (const one of this.#waiting) {
      if (one.deadline <= now) one.expire()
      else earliest = Math.min(earliest, one.deadline)
    }
    if (earliest < Infinity) this.#wakeAt(earliest)
  }
}
