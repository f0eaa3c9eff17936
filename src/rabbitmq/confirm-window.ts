import type { Outgoing } from './outgoing.ts'

/**
 * The messages of one channel that wait for their confirm. RabbitMQ numbers them 1, 2, 3, ... in the order of writing
 * and confirms them in any order, one by one or all up to a number.
 */
export class ConfirmWindow {
  #entries: (Outgoing | undefined)[] = []
  /** The number of the first entry. */
  #base = 1
  #open = 0

  /** How many wait. */
  get size(): number {
    return this.#open
  }

  /** The next message that is written. */
  add(outgoing: Outgoing): void {
    this.#entries.push(outgoing)
    this.#open++
  }

  /** Takes out what the confirm is about. */
  take(tag: number, multiple: boolean): Outgoing[] {
    const taken = multiple ? this.#takeUpTo(tag) : this.#takeOne(tag)
    this.#open -= taken.length
    return taken
  }

  /** All that still wait, in the order of writing. */
  rest(): Outgoing[] {
    return this.#entries.filter((entry) => entry !== undefined)
  }

  #takeUpTo(tag: number): Outgoing[] {
    const confirmed = this.#entries.splice(0, tag - this.#base + 1)
    this.#base += confirmed.length
    return confirmed.filter((entry) => entry !== undefined)
  }

  #takeOne(tag: number): Outgoing[] {
    const index = tag - this.#base
    const entry = this.#entries[index]
    if (entry === undefined) return []
    this.#entries[index] = undefined
    this.#trim()
    return [entry]
  }

  #trim(): void {
    let gone = 0
    while (gone < this.#entries.length && this.#entries[gone] === undefined) gone++
    if (gone === 0) return
    this.#entries.splice(0, gone)
    this.#base += gone
  }
}
