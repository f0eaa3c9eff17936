import type { Batch } from './outgoing-batch.ts'
import type { Outgoing } from './outgoing.ts'

const minTidyLength = 1_024
/** So far ahead others of one type are looked for: a batch shall not cost more than what it saves. */
const reach = 1_000

/** Those that were taken out ahead of others have left a gap. */
type Line = (Outgoing | undefined)[]

/** Messages that wait to be written, first come first served. What was settled meanwhile is passed over. */
export class WaitingLine {
  /** Those that were written before, and have to be written again. */
  #again: Line = []
  #messages: Line = []
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
      const next = this.#messages[this.#head++]
      if (next && !next.isSettled) return next
    }
    this.#messages = []
    this.#head = 0
    return undefined
  }

  /** Puts into the batch, in their order, the first of those that it may take. */
  fill(batch: Batch): void {
    if (fillFrom(this.#again, 0, batch)) fillFrom(this.#messages, this.#head, batch)
  }

  #tidy(): void {
    this.#messages = this.#messages.slice(this.#head).filter((one) => one && !one.isSettled)
    this.#head = 0
    this.#tidyAt = Math.max(minTidyLength, 2 * this.#messages.length)
  }
}

/** Answers whether it may go on behind the end of this line. */
function fillFrom(line: Line, start: number, batch: Batch): boolean {
  const end = Math.min(line.length, start + reach)
  for (let index = start; index < end && !batch.isFull; index++) {
    const next = line[index]
    if (!next || next.isSettled || !batch.isOfType(next)) continue
    if (!batch.take(next)) return false
    line[index] = undefined
  }
  return end === line.length
}
