import type { Message } from './driver.ts'

/** How often a delivery may end without an answer before its handlers are suspected. Broken connections count, too. */
const suspectAfter = 3
/** What other queues had in hand at the last crash comes within this time. */
const gatherMs = 250
/** The acknowledgement of the one before is with the broker after so long. */
const breatherMs = 50

/**
 * How often the broker has handed the message out before without an answer: the process was killed, or its connection
 * broke. Quorum queues count that; what a publisher wrote there is not believed.
 */
export function unansweredDeliveries({ fields, properties }: Message): number {
  const count: unknown = properties.headers?.['x-delivery-count']
  return fields.redelivered && typeof count === 'number' ? count : 0
}

/** Whether its handlers may be what ends the process each time. */
export function isSuspect(message: Message): boolean {
  return unansweredDeliveries(message) >= suspectAfter
}

/**
 * Runs suspects one at a time, whichever queue they come from: for all that a process has in hand when it dies, that was
 * one delivery more. The order is by chance, so that an innocent one is finished before the culprit soon.
 */
export class Quarantine {
  #waiting: (() => void)[] = []
  #isBusy = false
  #pauseMs = gatherMs

  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#turn()
    try {
      return await work()
    } finally {
      this.#nextSoon()
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      if (!this.#isBusy) this.#nextSoon()
    })
  }

  #nextSoon(): void {
    this.#isBusy = true
    setTimeout(() => this.#next(), this.#pauseMs)
    this.#pauseMs = breatherMs
  }

  #next(): void {
    const [turn] = this.#waiting.splice(Math.floor(Math.random() * this.#waiting.length), 1)
    this.#isBusy = turn !== undefined
    turn?.()
  }
}
