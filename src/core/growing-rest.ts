/** Rests that grow longer from one to the next, until something happens. */
export class GrowingRest {
  readonly #minMs: number
  readonly #maxMs: number
  #nextMs: number
  #resting: { readonly ms: number; readonly end: () => void } | undefined

  constructor(minMs: number, maxMs: number) {
    this.#minMs = minMs
    this.#maxMs = maxMs
    this.#nextMs = minMs
  }

  /** Something happens: the rests are short again, and one that is longer ends. */
  wake(): void {
    this.#nextMs = this.#minMs
    if (this.#resting && this.#resting.ms > this.#minMs) this.#resting.end()
  }

  /** There is nothing to wait for any more. */
  end(): void {
    this.#resting?.end()
  }

  /** The next one is as long as they become. */
  tire(): void {
    this.#nextMs = this.#maxMs
  }

  /** Resolves after the rest. The longest ones do not keep the process alive. */
  async take(): Promise<void> {
    const ms = this.#nextMs
    this.#nextMs = Math.min(2 * ms, this.#maxMs)
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      if (ms === this.#maxMs) timer.unref()
      const end = (): void => {
        clearTimeout(timer)
        resolve()
      }
      this.#resting = { ms, end }
    })
    this.#resting = undefined
  }
}
