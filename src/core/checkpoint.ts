import type { EventStore } from './event-store.ts'
import type { Logger } from './logger.ts'

/** Between two saves, so that many handled events cost few writes; after one that failed. */
const restMs = { saved: 100, failed: 1_000 }

/** Keeps in the store how far a reader has come: at once, but not too often. */
export class Checkpoint {
  readonly #name: string
  readonly #store: EventStore
  readonly #logger: Logger
  #position: number | undefined
  #saved: number | undefined
  #saving: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #isOver = false
  #isFailing = false

  constructor(name: string, store: EventStore, logger: Logger) {
    this.#name = name
    this.#store = store
    this.#logger = logger
  }

  /** `undefined` where there is none yet. */
  async load(): Promise<number | undefined> {
    this.#saved = await this.#store.checkpoint(this.#name)
    return this.#saved
  }

  /** The reader has come to this position. */
  keep(position: number): void {
    this.#position = position
    if (!this.#timer) this.#saveAndRest()
  }

  /** Saves what is not saved yet. What could not be saved will be done again after a restart. */
  async flush(): Promise<void> {
    await this.#saving
    await this.#saveNow()
  }

  /** The same, for the last time. */
  async end(): Promise<void> {
    this.#isOver = true
    clearTimeout(this.#timer)
    await this.flush()
  }

  #saveAndRest(): void {
    if (this.#position === this.#saved || this.#isOver) return
    void this.#saveNow()
    const again = (): void => {
      this.#timer = undefined
      this.#saveAndRest()
    }
    this.#timer = setTimeout(again, this.#isFailing ? restMs.failed : restMs.saved).unref()
  }

  async #saveNow(): Promise<void> {
    this.#saving ??= this.#save().finally(() => (this.#saving = undefined))
    await this.#saving
  }

  async #save(): Promise<void> {
    const position = this.#position
    if (position === undefined || position === this.#saved) return
    try {
      await this.#store.saveCheckpoint(this.#name, position)
      this.#saved = position
      this.#isFailing = false
    } catch (err) {
      this.#failed(err)
    }
  }

  /** Said once; `keep` tries again. */
  #failed(err: unknown): void {
    const fields = { checkpoint: this.#name, err }
    if (!this.#isFailing) this.#logger.warn(fields, `The checkpoint '${this.#name}' could not be saved; trying again`)
    this.#isFailing = true
  }
}
