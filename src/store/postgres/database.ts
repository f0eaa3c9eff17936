import { createHash } from 'node:crypto'
import { settledBy } from '../../core/settled.ts'
import { storeClosed } from '../errors.ts'
import { isVanished, storeError, storeErrorOf } from './errors.ts'
import { openSchema } from './open.ts'
import type { PostgresSettings } from './options.ts'
import { openPool, type OwnPool } from './pg.ts'
import type { PostgresPool, PostgresStatement } from './pool.ts'

/** A row: its columns as PostgreSQL writes them, in the order of the statement. */
export type Row = readonly (string | null)[]
export type Value = string | number | null | readonly (string | number | null)[]

const asText = { getTypeParser: () => (text: string) => text }

/** Runs statements in which `$schema` stands for the store's schema, which is looked after before the first of them. */
export class Database {
  readonly #settings: PostgresSettings
  readonly #statements = new Map<string, Pick<PostgresStatement, 'text' | 'name'>>()
  #ownPool: Promise<OwnPool> | undefined
  #opened: Promise<void> | undefined
  #isClosed = false

  constructor(settings: PostgresSettings) {
    this.#settings = settings
  }

  async rows(sql: string, values: readonly Value[] = []): Promise<Row[]> {
    await this.#open()
    try {
      return await this.#run(this.#prepared(sql), values, this.#settings.timeoutMs)
    } catch (error) {
      if (isVanished((error as Error).cause)) this.#opened = undefined
      throw error
    }
  }

  async first(sql: string, values: readonly Value[] = []): Promise<Row | undefined> {
    const [row] = await this.rows(sql, values)
    return row
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const pool = await this.#ownPool?.catch(() => undefined)
    await pool?.end()
  }

  /** Whoever comes first opens for all; what failed is tried again by the next. */
  #open(): Promise<void> {
    this.#opened ??= this.#openOnce()
    return this.#opened
  }

  async #openOnce(): Promise<void> {
    const { schema } = this.#settings
    try {
      await openSchema(schema, (sql, values, timeoutMs) => this.#run(this.#plain(sql), values, timeoutMs))
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

  #prepared(sql: string): Pick<PostgresStatement, 'text' | 'name'> {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#plain(sql)
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
