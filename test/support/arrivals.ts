/** Events as they arrive, numbered by each of their publishers. */
export class Arrivals {
  readonly #numbers = new Map<string, Set<number>>()
  readonly #highest = new Map<string, number>()
  readonly #outOfOrder: string[] = []
  #duplicates = 0

  add(publisher: string, number: number): void {
    const known = this.#numbers.get(publisher) ?? new Set()
    this.#numbers.set(publisher, known)
    if (known.has(number)) {
      this.#duplicates++
      return
    }
    const highest = this.#highest.get(publisher) ?? -1
    if (number < highest) this.#outOfOrder.push(`${publisher} ${number} behind ${highest}`)
    this.#highest.set(publisher, Math.max(highest, number))
    known.add(number)
  }

  /** How many different ones of this publisher. */
  countOf(publisher: string): number {
    return this.#numbers.get(publisher)?.size ?? 0
  }

  /** How many came again. */
  get duplicates(): number {
    return this.#duplicates
  }

  /** Those that came for the first time behind one that was published later. */
  get outOfOrder(): readonly string[] {
    return this.#outOfOrder
  }
}
