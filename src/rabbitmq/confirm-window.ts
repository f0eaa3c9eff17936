import { Batch } from './outgoing-batch.ts'
import type { Outgoing } from './outgoing.ts'

const trimAt = 256

/**
 * The messages of one channel that wait for their confirm. RabbitMQ numbers them 1, 2, 3, ... in the order of writing
 * and confirms them in any order, one by one or all up to a number.
 */
export class ConfirmWindow {
  #entries: (Outgoing | Batch | undefined)[] = []
  /** The number of the first entry. */
  #base = 1
  /** Up to here all entries are taken; they are cut off many at a time. */
  #taken = 0
  #open = 0

  /** How many messages wait. */
  get size(): number {
    return this.#open
  }

  /** The next message that is written. */
  add(message: Outgoing | Batch): void {
    this.#entries.push(message)
    this.#open++
  }

  /** Takes out the events that the confirm is about. */
  take(tag: number, multiple: boolean): Outgoing[] {
    const last = tag - this.#base
    const found: Outgoing[] = []
    for (let index = multiple ? this.#taken : last; index <= last; index++) {
      const entry = this.#entries[index]
      if (entry === undefined) continue
      this.#entries[index] = undefined
      this.#open--
      if (entry instanceof Batch) found.push(...entry.events)
      else found.push(entry)
    }
    this.#trim()
    return found
  }

  /** The events of all that still wait, in the order of writing. */
  rest(): Outgoing[] {
    return this.#entries.flatMap((entry) => (entry instanceof Batch ? entry.events : (entry ?? [])))
  }

  #trim(): void {
    while (this.#taken < this.#entries.length && this.#entries[this.#taken] === undefined) this.#taken++
    if (this.#taken < trimAt) return
    this.#entries.splice(0, this.#taken)
    this.#base += this.#taken
    this.#taken = 0
  }
}
