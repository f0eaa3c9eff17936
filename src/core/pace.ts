import { setTimeout as sleep } from 'node:timers/promises'

/** Lets so many through a second, evenly. */
export class Pace {
  readonly #everyMs: number
  #nextAt = 0

  constructor(ratePerSecond: number | undefined) {
    this.#everyMs = ratePerSecond === undefined ? 0 : 1_000 / ratePerSecond
  }

  /** Resolves when it is the next one's turn, or the signal aborts. */
  async turn(signal: AbortSignal): Promise<void> {
    const now = performance.now()
    const at = Math.max(now, this.#nextAt)
    this.#nextAt = at + this.#everyMs
    if (at > now) await sleep(at - now, undefined, { signal }).catch(() => {})
  }
}
