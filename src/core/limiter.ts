/** Lets at most `limit` holders in at a time; the others wait in the order in which they came. */
export class Limiter {
  #free: number
  #closed = false
  #waiting: ((entered: boolean) => void)[] = []

  constructor(limit: number) {
    this.#free = limit
  }

  /** Answers true when it is the caller's turn, who then must call `leave`; false when the limiter was closed first. */
  enter(): boolean | Promise<boolean> {
    if (this.#closed) return false
    if (this.#free === 0) return new Promise((resolve) => this.#waiting.push(resolve))
    this.#free--
    return true
  }

  leave(): void {
    const next = this.#waiting.shift()
    if (next) next(true)
    else this.#free++
  }

  /** Sends away those who wait and whoever comes. */
  close(): void {
    this.#closed = true
    for (const turnAway of this.#waiting) turnAway(false)
    this.#waiting = []
  }
}
