import type { EventStore } from './event-store.ts'
import type { Logger } from './logger.ts'

/** Between two saves, so that many handled events cost few writes. */
const restMs = 100

/** Keeps in the store how far a reader has come: soon after it has come there, and at once when asked to. */
export class Checkpoint {
  readonly #name: string
  readonly #store: EventStore
  readonly #logger: Logger
  #position: number | undefined
  #saved: number | undefined
  #saving: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
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
    if (position === this.#position) return
    this.#position = position
    this.#timer ??= setTimeout(() => void this.#saveNow(), restMs).unref()
  }

  /** Saves what is not saved yet. What could not be saved will be done again after a restart. */
  async flush(): Promise<void> {
    await this.#saving
    await this.#saveNow()
  }

  async #saveNow(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
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
