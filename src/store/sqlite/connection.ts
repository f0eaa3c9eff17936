import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { isEventBusError } from '../../core/errors.ts'
import type { Database } from './database.ts'
import { isBusy, storeErrorOf } from './errors.ts'
import { openDatabase } from './open.ts'
import type { SqliteSettings } from './options.ts'

const longestPauseMs = 20

/** The connection of one store: opened when it is first needed, and anew after it broke. */
export class Connection {
  readonly #settings: SqliteSettings
  #database: Database | undefined

  constructor(settings: SqliteSettings) {
    this.#settings = settings
  }

  /** Works on the database, at once if nobody else holds it, and all over again when the work found it busy. */
  async use<T>(work: (database: Database) => T): Promise<T> {
    const deadline = performance.now() + this.#settings.busyTimeoutMs
    for (;;) {
      try {
        return work(this.#open())
      } catch (error) {
        if (!isBusy(error) || performance.now() >= deadline) throw this.#failed(error)
      }
      // Of uneven length, or two processes could miss each other's gaps for ever.
      await sleep(Math.ceil(Math.random() * longestPauseMs))
    }
  }

  /** Lets others have their turn between two pieces of work. */
  breathe(): Promise<void> {
    return nextTurn()
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
