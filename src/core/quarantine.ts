/** How often what handled an event may have ended without an answer before its handlers are suspected. */
export const suspectAfter = 3
/** So often an event is handed out; then it is a dead letter, `delivery-limit`. */
export const maxDeliveries = 21
/** What other queues had in hand at the last crash comes within this time. */
const gatherMs = 250
/** The acknowledgement of the one before is with the broker after so long. */
const breatherMs = 50

/**
 * Runs suspects one at a time, wherever they come from: for all that a process has in hand when it dies, that was
 * one delivery more. The order is by chance, so that an innocent one is finished before the culprit soon.
 */
export class Quarantine {
  #waiting: (() => void)[] = []
  #isBusy = false
  #pauseMs = gatherMs

  /** The next one starts `pauseMs` after the work has ended. */
  async run<T>(work: () => Promise<T>, pauseMs: number = breatherMs): Promise<T> {
    await this.#turn()
    try {
      return await work()
    } finally {
      this.#pauseMs = pauseMs
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
