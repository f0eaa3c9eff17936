import type { Outgoing } from './outgoing.ts'

const minTidyLength = 1_024

/** Messages that wait to be written, first come first served. What was settled meanwhile is passed over. */
export class WaitingLine {
  #messages: Outgoing[] = []
  /** Where the line begins: taking from the front of a long array is slow. */
  #head = 0
  /** At this length it is looked through: in a long outage, what timed out must not stay in memory. */
  #tidyAt = minTidyLength

  push(outgoing: Outgoing): void {
    if (this.#messages.length >= this.#tidyAt) this.#tidy()
    this.#messages.push(outgoing)
  }

  /** Puts messages in front, in their order: they were written before and have to be written again. */
  unshift(messages: readonly Outgoing[]): void {
    if (messages.length === 0) return
    this.#messages = [...messages, ...this.#messages.slice(this.#head)]
    this.#head = 0
  }

  shift(): Outgoing | undefined {
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
