import type { Outgoing } from './outgoing.ts'

const minTidyLength = 1_024

/** Messages that wait to be written, first come first served. What was settled meanwhile is passed over. */
export class WaitingLine {
  /** Those that were written before, and have to be written again. */
  #again: Outgoing[] = []
  #messages: Outgoing[] = []
  /** Where the line begins: taking from the front of a long array is slow. */
  #head = 0
  /** At this length it is looked through: in a long outage, what timed out must not stay in memory. */
  #tidyAt = minTidyLength

  push(outgoing: Outgoing): void {
    if (this.#messages.length >= this.#tidyAt) this.#tidy()
    this.#messages.push(outgoing)
  }

  /** Puts messages in front, in their order. */
  unshift(messages: readonly Outgoing[]): void {
    this.#again = [...messages, ...this.#again]
  }

  shift(): Outgoing | undefined {
    while (this.#again.length > 0) {
      const next = this.#again.shift()
      if (next && !next.isSettled) return next
    }
    while (this.#head < this.#messages.length) {
      const next = this.#messages[this.#head++] as Outgoing
      if (!next.isSettled) return next
    }
    this.#messages = []
    this.#head = 0
    return undefined
  }

  #tidy(): void {
    this.#messages = this.#messages.slice(this.#head).filter(({ isSettled }) => !isSettled)
    this.#head = 0
    this.#tidyAt = Math.max(minTidyLength, 2 * this.#messages.length)
  }
}
