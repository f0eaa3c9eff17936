import { setTimeout as sleep } from 'node:timers/promises'
import { isEventBusError } from '../../core/errors.ts'
import type { Database } from './database.ts'
import { isBusy, storeErrorOf } from './errors.ts'
import { limitSize, openDatabase } from './open.ts'
import type { SqliteSettings } from './options.ts'
import { Turns } from './turns.ts'

const longestPauseMs = 20
const reservedPages = 64

/** The connection of one store: opened when it is first needed, and anew after it broke. */
export class Connection {
  readonly #settings: SqliteSettings
  readonly #turns = new Turns()
  #database: Database | undefined

  constructor(settings: SqliteSettings) {
    this.#settings = settings
  }

  /** Works on the database when it is its turn, and all over again when the work found it busy. */
  async use<T>(work: (database: Database) => T): Promise<T> {
    const deadline = performance.now() + this.#settings.busyTimeoutMs
    for (;;) {
      try {
        return await this.#turns.take(() => work(this.#open()))
      } catch (error) {
        if (!isBusy(error) || performance.now() >= deadline) throw this.#failed(error)
      }
      // Of uneven length, or two processes could miss each other's gaps for ever.
      await sleep(Math.ceil(Math.random() * longestPauseMs))
    }
  }

  /** Changes something in one transaction, in a full store, too: making room for events must not need room. */
  maintain<T>(work: (database: Database) => T): Promise<T> {
    return this.use((database) => {
      limitSize(database, this.#settings, reservedPages)
      try {
        return database.transaction(() => work(database))
      } finally {
        limitSize(database, this.#settings, 0)
      }
    })
  }

  close(): void {
    const database = this.#database
    this.#database = undefined
    database?.close()
  }

  #open(): Database {
    this.#database ??= openDatabase(this.#settings)
    return this.#database
  }

  /** What was wrong with the file may be put right by putting another one there. */
  #failed(error: unknown): unknown {
    const failure = storeErrorOf(error, this.#settings.file)
    if (isEventBusError(failure, 'STORE_CORRUPT') || isEventBusError(failure, 'STORE_FAILED')) this.#drop()
    return failure
  }

  #drop(): void {
    try {
      this.close()
    } catch {
      // It was broken.
    }
  }
}
