import { createHash } from 'node:crypto'
import { settledBy } from '../../core/settled.ts'
import { storeClosed } from '../errors.ts'
import { replaced, storeError, storeErrorOf } from './errors.ts'
import { type OpenedSchema, openSchema } from './open.ts'
import type { PostgresSettings } from './options.ts'
import { openPool, type OwnPool } from './pg.ts'
import type { PostgresPool, PostgresStatement } from './pool.ts'

/** A row: its columns as PostgreSQL writes them, in the order of the statement. */
export type Row = readonly (string | null)[]
export type Value = string | number | null | readonly (string | number | null)[]

const asText = { getTypeParser: () => (text: string) => text }

/**
 * Runs statements in which `$schema` stands for the store's schema, which is looked after before the first of them, and
 * `$madeAt` for when it was made.
 */
export class Database {
  readonly #settings: PostgresSettings
  readonly #statements = new Map<string, Pick<PostgresStatement, 'text' | 'name'>>()
  #ownPool: Promise<OwnPool> | undefined
  #opened: Promise<OpenedSchema> | undefined
  #isClosed = false

  constructor(settings: PostgresSettings) {
    this.#settings = settings
  }

  async rows(sql: string, values: readonly Value[] = []): Promise<Row[]> {
    const { madeAt } = await this.#open()
    return this.#run(this.#prepared(sql, madeAt), values)
  }

  async first(sql: string, values: readonly Value[] = []): Promise<Row | undefined> {
    const [row] = await this.rows(sql, values)
    return row
  }

  /** For a statement that gives one row where `isSameSql`. */
  async only(sql: string, values: readonly Value[] = []): Promise<Row> {
    const row = await this.first(sql, values)
    if (!row) throw replaced(this.#settings.schema)
    return row
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const pool = await this.#ownPool?.catch(() => undefined)
    await pool?.end()
  }

  /** Whoever comes first opens for all; what failed is tried again by the next. */
  #open(): Promise<OpenedSchema> {
    this.#opened ??= this.#openOnce()
    return this.#opened
  }

  async #openOnce(): Promise<OpenedSchema> {
    const { schema } = this.#settings
    try {
      return await openSchema(schema, (sql, values, timeoutMs) => this.#run(this.#plain(sql), values, timeoutMs))
    } catch (error) {
      this.#opened = undefined
      throw error
    }
  }

  async #run(
    statement: Pick<PostgresStatement, 'text' | 'name'>,
    values: readonly Value[],
    timeoutMs = this.#settings.timeoutMs,
  ): Promise<Row[]> {
    if (this.#isClosed) throw storeClosed('postgres')
    try {
      const pool = await this.#connect()
      const query: PostgresStatement = {
        ...statement,
        values: [...values],
        rowMode: 'array',
        types: asText,
        query_timeout: timeoutMs,
      }
      const answer = pool.query(query)
      // A pool may make callers wait for a connection for ever.
      if (!(await settledBy(answer, Date.now() + timeoutMs))) throw this.#timedOut(timeoutMs)
      return (await answer).rows as Row[]
    } catch (error) {
      throw storeErrorOf(error, this.#settings.schema)
    }
  }

  #connect(): Promise<PostgresPool> | PostgresPool {
    const { server } = this.#settings
    if ('query' in server) return server
    this.#ownPool ??= openPool(server)
    return this.#ownPool
  }

  #timedOut(timeoutMs: number): Error {
    return storeError('STORE_UNAVAILABLE', this.#settings.schema, `no answer within ${timeoutMs} ms. Try again.`)
  }

  #prepared(sql: string, madeAt: string): Pick<PostgresStatement, 'text' | 'name'> {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#plain(sql.replaceAll('$madeAt', madeAt))
    const named = this.#settings.preparedStatements ? { ...statement, name: nameOf(statement.text) } : statement
    this.#statements.set(sql, named)
    return named
  }

  #plain(sql: string): Pick<PostgresStatement, 'text'> {
    return { text: sql.replaceAll('$schema', `"${this.#settings.schema}"`) }
  }
}

/** The same name for the same text alone: stores of several schemas, and of several versions, may share a connection. */
function nameOf(text: string): string {
  return `event_bus_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`
}
