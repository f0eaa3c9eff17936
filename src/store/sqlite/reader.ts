import type { StoredEvent } from '../../core/event-store.ts'
import type { QuerySettings } from '../driver.ts'
import type { Connection } from './connection.ts'
import { Dictionary, sourceStatements, typeStatements } from './dictionary.ts'
import { Page } from './page.ts'
import { planFor } from './plan.ts'
import { rowsOf } from './rows.ts'
import { type Criteria, hasRest, restOf, type Selector, selectorsOf } from './selectors.ts'

/** Counting takes 0.1 to 1 us a row. */
const rowsPerCount = 5_000

export class Reader {
  readonly #connection: Connection
  readonly #types = new Dictionary(typeStatements)
  readonly #sources = new Dictionary(sourceStatements)

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async *pages(query: QuerySettings): AsyncGenerator<readonly StoredEvent[]> {
    const criteria = await this.#plan(query)
    if (!criteria) return
    const rows = rowsOf(criteria)
    let isPrepared = false
    while (!isPrepared) isPrepared = await this.#connection.use((database) => rows.prepare(database))
    let left = query.limit
    let hasMore = true
    while (hasMore && left > 0) {
      const page = new Page(left)
      hasMore = await this.#connection.use((database) => page.fill(database, rows))
      left -= page.events.length
      if (page.events.length > 0) yield page.events
    }
  }

  async count(query: QuerySettings): Promise<number> {
    const criteria = await this.#plan(query)
    if (!criteria) return 0
    let count = 0
    for (const selector of selectorsOf(criteria)) count += await this.#countOf(criteria, selector)
    return count
  }

  types(): Promise<readonly string[]> {
    return this.#connection.use((database) => [...this.#types.refresh(database).keys()])
  }

  #plan(query: QuerySettings): Promise<Criteria | undefined> {
    return this.#connection.use((database) => planFor(database, query, this.#types, this.#sources))
  }

  async #countOf(criteria: Criteria, { key, walk }: Selector): Promise<number> {
    const [sql, values] = hasRest(criteria) ? [walk.count, restOf(criteria, walk)] : [walk.countWhole, {}]
    const before = criteria.query.beforePosition
    let after = criteria.query.afterPosition
    let count = 0
    let rows = rowsPerCount
    while (rows === rowsPerCount) {
      const named = { ...values, key, after, before, rows: rowsPerCount }
      const [row] = await this.#connection.use((database) => database.rows(sql, named))
      count += Number(row?.[0])
      after = Number(row?.[1])
      rows = Number(row?.[2])
    }
    return count
  }
}
