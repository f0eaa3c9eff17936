import { setImmediate as nextTurn } from 'node:timers/promises'

/** One piece of work at a time, and between two of them a turn of the event loop for everybody else. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  take<T>(work: () => T): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.then(
      () => nextTurn(),
      () => nextTurn(),
    )
    return result
  }
}
