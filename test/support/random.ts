import { createHash } from 'node:crypto'

/** The same numbers for the same seed, on every machine. */
export class Random {
  readonly #seed: number
  #count = 0

  constructor(seed: number) {
    this.#seed = seed
  }

  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.#fraction() * (max - min + 1))
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.integer(0, choices.length - 1)] as T
  }

  shuffled<T>(items: readonly T[]): T[] {
    const keyed = items.map((item) => ({ item, key: this.#fraction() }))
    return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item)
  }

  #fraction(): number {
    const digest = createHash('sha256').update(`${this.#seed} ${this.#count++}`).digest()
    return digest.readUInt32BE() / 2 ** 32
  }
}
