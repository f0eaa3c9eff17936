import { setTimeout as sleep } from 'node:timers/promises'
import type { Load } from './protocol.ts'

const tickMs = 10

/** Does something again and again, as a load says, until it is finished. */
export class LoadRunner {
  readonly #load: Load
  readonly #act: () => Promise<void>
  #left: number

  constructor(load: Load, act: () => Promise<void>) {
    this.#load = load
    this.#act = act
    this.#left = load.events
  }

  /** Resolves when all that was begun has settled. */
  async run(): Promise<void> {
    const { perSecond, inFlight } = this.#load
    if (perSecond !== undefined) await this.#paced(perSecond)
    else await Promise.all(Array.from({ length: inFlight }, () => this.#lane()))
  }

  finish(): void {
    this.#left = 0
  }

  async #lane(): Promise<void> {
    while (this.#left-- > 0) {
      await this.#act()
      if (this.#load.restMs > 0) await sleep(this.#load.restMs)
    }
  }

  async #paced(perSecond: number): Promise<void> {
    const begun: Promise<void>[] = []
    const start = performance.now()
    while (this.#left > 0) {
      const due = ((performance.now() - start) * perSecond) / 1_000
      for (; begun.length < due && this.#left > 0; this.#left--) begun.push(this.#act())
      await sleep(tickMs)
    }
    await Promise.all(begun)
  }
}
