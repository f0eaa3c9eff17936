import { statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { EventBusError } from '../../core/errors.ts'
import type { Database } from './database.ts'
import { isBroken, isBusy, storeErrorOf } from './errors.ts'
import { limitSize, openDatabase } from './open.ts'
import type { SqliteSettings } from './options.ts'
import { Turns } from './turns.ts'

const longestPauseMs = 20
const reservedPages = 64

/** The connection of one store: opened when it is first needed, and anew after it broke. */
export class Connection {
  readonly #settings: SqliteSettings
  readonly #turns = new Turns()
  #opened: { readonly database: Database; readonly place: string | undefined } | undefined

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
    const opened = this.#opened
    this.#opened = undefined
    opened?.database.close()
  }

  #open(): Database {
    const { file } = this.#settings
    if (this.#opened && this.#opened.place !== placeOf(file)) throw replaced(file)
    if (!this.#opened) {
      const database = openDatabase(this.#settings)
      this.#opened = { database, place: placeOf(file) }
    }
    return this.#opened.database
  }

  /** What was wrong with the file may be put right by putting another one there. */
  #failed(error: unknown): unknown {
    if (isBroken(error)) this.#drop()
    return storeErrorOf(error, this.#settings.file)
  }

  #drop(): void {
    try {
      this.close()
    } catch {
      // It was broken.
    }
  }
}

/** What the file's name leads to. */
function placeOf(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats && `${stats.dev}:${stats.ino}`
}

/**
 * What is written to a file without a name is lost. The one that has the name now must not be opened either as long as the
 * log of the other lies beside it: SQLite would take it for its own.
 */
function replaced(file: string): EventBusError {
  const message = `SQLite store '${file}': the file was replaced or removed while it was in use. End the processes that use it, remove '${file}-wal' and '${file}-shm', and start them again.`
  return new EventBusError('STORE_UNAVAILABLE', message)
}
