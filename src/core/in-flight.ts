/**
 * Positions of events that are under way, begun in order and done in any: up to where everything is done, and what is done
 * beyond that.
 */
export class InFlight {
  /** Begun and not done, in the order of positions. */
  readonly #open = new Set<number>()
  /** Done, while an earlier one was not; and some that are settled by now. */
  #ahead: number[] = []
  #pruneAt = 64
  #reached: number

  /** Everything up to `settled` is done already. */
  constructor(settled: number) {
    this.#reached = settled
  }

  /** How many are under way. */
  get size(): number {
    return this.#open.size
  }

  /** The last position that was begun, or is known to need nothing. */
  get reached(): number {
    return this.#reached
  }

  /** Everything up to this position is done. */
  get settled(): number {
    for (const first of this.#open) return first - 1
    return this.#reached
  }

  /** What is done behind `settled`, ascending. */
  get ahead(): readonly number[] {
    this.#prune()
    return this.#ahead.toSorted((one, other) => one - other)
  }

  /** Whether so many are done behind one that is not. */
  isSpread(limit: number): boolean {
    if (this.#ahead.length >= limit) this.#prune()
    return this.#ahead.length >= limit
  }

  begin(position: number): void {
    this.#open.add(position)
    this.#reached = position
  }

  done(position: number): void {
    this.#open.delete(position)
    this.#ahead.push(position)
    if (this.#ahead.length >= this.#pruneAt) this.#prune()
  }

  /** There is nothing to do up to this position but what was begun. */
  pass(position: number): void {
    this.#reached = Math.max(this.#reached, position)
  }

  #prune(): void {
    const { settled } = this
    this.#ahead = this.#ahead.filter((position) => position > settled)
    this.#pruneAt = Math.max(64, 2 * this.#ahead.length)
  }
}
