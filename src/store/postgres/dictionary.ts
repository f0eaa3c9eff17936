import type { Database } from './database.ts'
import { fromColumn } from './text.ts'

export const loadTypesSql = 'SELECT type_id, type FROM $schema.event_types WHERE type_id > $1::integer ORDER BY type_id'
export const loadSourcesSql =
  'SELECT source_id, source FROM $schema.event_sources WHERE source_id > $1::integer ORDER BY source_id'

/** A table of few words, as this process knows it. Rows are added in the order of their numbers, and never change. */
export class Dictionary {
  readonly #database: Database
  readonly #loadSql: string
  readonly #numbers = new Map<string, number>()
  #last = 0

  constructor(database: Database, loadSql: string) {
    this.#database = database
    this.#loadSql = loadSql
  }

  /** Learns what has been added. Answers all words with their numbers. */
  async refresh(): Promise<ReadonlyMap<string, number>> {
    for (const [number, word] of await this.#database.rows(this.#loadSql, [this.#last])) {
      this.#last = Number(number)
      this.#numbers.set(fromColumn(word ?? ''), this.#last)
    }
    return this.#numbers
  }
}
