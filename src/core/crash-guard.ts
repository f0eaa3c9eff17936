import type { EventStore } from './event-store.ts'
import { maxDeliveries, suspectAfter } from './quarantine.ts'

/** How often in a row the process has died; and while which event ran alone, 0 for none. */
interface Deaths {
  readonly position: number
  readonly count: number
}

type State =
  | { readonly name: 'unknown' }
  /** Nothing that may be handled now was in hand when the process died. */
  | { readonly name: 'calm' }
  /** Something up to the frontier may have ended the process, and may as well not. */
  | { readonly name: 'watchful'; readonly deaths: Deaths; readonly frontier: number }
  /** Something up to the frontier has ended it again and again. */
  | { readonly name: 'wary'; readonly deaths: Deaths; readonly frontier: number }

/** Both numbers of `Deaths` are saved as one, so that they are saved together. */
const countBase = 32

/**
 * Counts, in the store, how often the process has died while one reader handled its events, so that an event that ends it
 * each time is found and given up, as by the delivery limit of a queue. A life costs two or three writes: only when several
 * in a row have ended without a goodbye events are to run alone, counted one by one, until what was in hand then is done.
 */
export class CrashGuard {
  readonly #name: string
  readonly #store: EventStore
  readonly #reach: number
  #state: State = { name: 'unknown' }
  #taken = 0

  /** Of what the reader has taken, it may have to take `reach` events again after a crash. */
  constructor(name: string, store: EventStore, reach: number) {
    this.#name = name
    this.#store = store
    this.#reach = reach
  }

  /** The reader is about to go on behind `settled`; the store ends at `last`, and with it what it may have had in hand. */
  async begin(settled: number, last: number): Promise<void> {
    const deaths = await this.#load()
    this.#taken = 0
    if (deaths.count === 0 || settled >= last) return this.#calmDown()
    if (deaths.count >= suspectAfter) {
      this.#state = { name: 'wary', deaths, frontier: last }
      return
    }
    await this.#save({ position: 0, count: deaths.count + 1 })
    this.#state = { name: 'watchful', deaths, frontier: last }
  }

  /** Whether the next event is to run alone, and to be accused before it does. */
  get isWary(): boolean {
    return this.#state.name === 'wary' && this.#taken < this.#reach
  }

  /** How often in a row the process has died before, at the least. */
  get deaths(): number {
    return 'deaths' in this.#state ? this.#state.deaths.count : 0
  }

  /** How often the process has died over the event at this position, as far as one can know. */
  deathsOf(position: number): number {
    if (!('deaths' in this.#state)) return 0
    const { deaths } = this.#state
    return deaths.position === position ? deaths.count : suspectAfter
  }

  /** Whether it has had its chances. */
  isGuilty(position: number): boolean {
    return this.deathsOf(position) >= maxDeliveries
  }

  /** The event is about to run alone: if the process dies now, that counts against it. */
  async accuse(position: number): Promise<void> {
    await this.#save({ position, count: this.deathsOf(position) + 1 })
  }

  /** The reader has taken the event, whether alone or not. */
  took(position: number): void {
    this.#taken++
    if (this.#taken === this.#reach && 'frontier' in this.#state) this.#state = { ...this.#state, frontier: position }
  }

  /** Everything up to `settled` is done. */
  async review(settled: number): Promise<void> {
    if ('frontier' in this.#state && settled >= this.#state.frontier) await this.#calmDown()
  }

  /** The process goes on, or ends in an orderly way. What has not been cleared up is kept for the next one. */
  async end(): Promise<void> {
    if (this.#state.name === 'calm') await this.#save({ position: 0, count: 0 })
    if (this.#state.name === 'watchful') await this.#save(this.#state.deaths)
  }

  /** From now on a death is the first one. */
  async #calmDown(): Promise<void> {
    await this.#save({ position: 0, count: 1 })
    this.#state = { name: 'calm' }
  }

  async #load(): Promise<Deaths> {
    const saved = (await this.#store.checkpoint(this.#name)) ?? 0
    return { position: Math.floor(saved / countBase), count: saved % countBase }
  }

  async #save({ position, count }: Deaths): Promise<void> {
    await this.#store.saveCheckpoint(this.#name, position * countBase + count)
  }
}
