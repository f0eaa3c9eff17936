import { setTimeout as sleep } from 'node:timers/promises'
import type { Load } from './protocol.ts'

const tickMs = 10

/** Does something again and again, as a load says, until it is finished. */
export class LoadRunner {
  readonly #load: Load
  readonly #act: () => Promise<void>
  #isRunning = false
  #run: Promise<unknown> | undefined

  constructor(load: Load, act: () => Promise<void>) {
    this.#load = load
    this.#act = act
  }

  start(): void {
    const { perSecond, inFlight } = this.#load
    this.#isRunning = true
    this.#run =
      perSecond === undefined
        ? Promise.all(Array.from({ length: inFlight }, () => this.#lane()))
        : this.#paced(perSecond)
  }

  /** Resolves when all that was begun has settled. */
  async finish(): Promise<void> {
    this.#isRunning = false
    await this.#run
  }

  async #lane(): Promise<void> {
    while (this.#isRunning) {
      await this.#act()
      if (this.#load.restMs > 0) await sleep(this.#load.restMs)
    }
  }

  async #paced(perSecond: number): Promise<void> {
    const begun: Promise<void>[] = []
    const start = performance.now()
    while (this.#isRunning) {
      const due = ((performance.now() - start) * perSecond) / 1_000
      while (begun.length < due) begun.push(this.#act())
      await sleep(tickMs)
    }
    await Promise.all(begun)
  }
}
