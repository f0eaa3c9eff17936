import type { EventStore } from './event-store.ts'

/** Enough to tell whether recording goes on. */
const maxHeard = 1_000

/** Whether what arrives over the transport comes to be in the store, too: somebody else records it. */
export class RecordingWatch {
  readonly #store: EventStore
  readonly #limitMs: number
  /** Ids that arrived and were not read since, with the time, in order. */
  readonly #heard = new Map<string, number>()
  #missing: string | undefined

  /** Recording may take so long. */
  constructor(store: EventStore, limitMs: number) {
    this.#store = store
    this.#limitMs = limitMs
  }

  /** The id of an event that arrived long ago and is not in the store, nor is anything that came after it. */
  get missing(): string | undefined {
    return this.#missing
  }

  heard(id: string): void {
    if (this.#heard.size < maxHeard) this.#heard.set(id, performance.now())
  }

  /** The event is in the store: recording has come at least that far. */
  read(id: string): void {
    if (!this.#heard.has(id)) return
    this.#missing = undefined
    for (const known of this.#heard.keys()) {
      this.#heard.delete(known)
      if (known === id) return
    }
  }

  /** Looks up what is overdue: it may have been recorded, and read, before it arrived here. */
  async check(): Promise<void> {
    const overdue = this.#newestOverdue()
    if (overdue === undefined) return
    if (await this.#isRecorded(overdue)) this.read(overdue)
    else if (this.#heard.has(overdue)) this.#missing = overdue
  }

  #newestOverdue(): string | undefined {
    const limit = performance.now() - this.#limitMs
    let newest: string | undefined
    for (const [id, since] of this.#heard) {
      if (since > limit) break
      newest = id
    }
    return newest
  }

  async #isRecorded(id: string): Promise<boolean> {
    for await (const _found of this.#store.read({ id, limit: 1 })) return true
    return false
  }
}
