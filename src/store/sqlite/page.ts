import type { StoredEvent } from '../../core/event-store.ts'
import type { Database } from './database.ts'
import { type Rows, rowsPerStatement } from './rows.ts'
import { StoredEvents } from './stored-event.ts'

/** What is read before others have their turn: 2 ms for events of 400 bytes. */
const limits = { rows: 1_000, bytes: 1_048_576 }

/** Events that are handed out together. */
export class Page {
  readonly events: StoredEvent[] = []
  readonly #make = new StoredEvents()
  readonly #limit: number
  #rows = 0
  #bytes = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Answers whether there may be more rows. Can be called again when it failed. */
  fill(database: Database, rows: Rows): boolean {
    while (this.#rows < limits.rows && this.#bytes < limits.bytes && this.events.length < this.#limit) {
      const found = rows.next(database, this.#limit - this.events.length)
      if (!found) return false
      this.#rows += rowsPerStatement
      for (const row of found) {
        const json = row[3] as string | null
        if (json === null) continue
        if (this.events.length === this.#limit) return true
        this.#bytes += json.length
        this.events.push(this.#make.of(row))
      }
    }
    return true
  }
}
