/** Counts what has been begun and not ended. */
export class InHand {
  #begun = 0
  #count = 0
  #waiting: (() => void)[] = []

  /** How many at present. */
  get count(): number {
    return this.#count
  }

  /** How many ever. */
  get begun(): number {
    return this.#begun
  }

  begin(): void {
    this.#begun++
    this.#count++
  }

  end(): void {
    this.#count--
    if (this.#count === 0) for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** Resolves when there is nothing in hand. */
  async nothing(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
}
