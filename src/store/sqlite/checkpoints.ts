import type { Connection } from './connection.ts'
import type { Database } from './database.ts'

const checkpointSql = 'PRAGMA wal_checkpoint(PASSIVE)'

/**
 * How long a checkpoint shall take; some take twice as long. It is made as often as that needs: it depends on the disk, and
 * on where pages lie.
 */
const wantedMs = 5
const fewestPages = 200
const mostPages = 2_000
/** From one to the next it is not made much more seldom: how long it takes varies. */
const growth = 1.2

/**
 * Brings what was written from the log into the file, in turns of their own: as a part of a commit, which is where SQLite
 * does it, it would hold up the event loop for both. What hinders it does not matter: all is safe in the log, and SQLite
 * does the same when the log has grown to 4,000 pages.
 */
export class Checkpoints {
  readonly #connection: Connection
  #written = 0
  #pages = 500

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** After a commit of about so many pages. */
  async wrote(pages: number): Promise<void> {
    this.#written += pages
    if (this.#written < this.#pages) return
    this.#written = 0
    const tookMs = await this.#connection.use(checkpoint).catch(() => wantedMs)
    this.#pages = Math.min(Math.max(this.#pages * Math.min(growth, wantedMs / tookMs), fewestPages), mostPages)
  }
}

/** Answers how long it took. */
function checkpoint(database: Database): number {
  const startedAt = performance.now()
  database.first(checkpointSql)
  return performance.now() - startedAt
}
