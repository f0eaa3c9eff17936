import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite'

/** A row: its columns in the order of the statement. */
export type Row = readonly SQLOutputValue[]
export type Value = SQLInputValue
/** Values by the names that stand in the statement, without their colons. */
export type Named = Readonly<Record<string, Value>>

/** One connection to a SQLite file, with the statements that were used on it. The only file that knows `node:sqlite`. */
export class Database {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  /** Does not wait for locks: waiting here would hold up the event loop. */
  constructor(file: string) {
    this.#database = new DatabaseSync(file, { timeout: 0 })
  }

  /** Runs statements that give nothing. */
  execute(sql: string): void {
    this.#database.exec(sql)
  }

  /** Answers how many rows it changed. */
  change(sql: string, ...values: readonly Value[]): number {
    return Number(this.#prepare(sql).run(...values).changes)
  }

  /** The first row. */
  first(sql: string, ...values: readonly Value[]): Row | undefined {
    return this.#prepare(sql).get(...values) as Row | undefined
  }

  rows(sql: string, named: Named): Row[] {
    return this.#prepare(sql).all(named) as unknown as Row[]
  }

  /** All or nothing. Takes the right to write at once: one that came by it later could find that others have written. */
  transaction<T>(work: () => T): T {
    this.change('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.change('COMMIT')
      return result
    } catch (error) {
      // After some errors SQLite has rolled back by itself.
      if (this.#database.isTransaction) this.change('ROLLBACK')
      throw error
    }
  }

  close(): void {
    this.#database.close()
  }

  #prepare(sql: string): StatementSync {
    return this.#statements.get(sql) ?? this.#remember(sql)
  }

  #remember(sql: string): StatementSync {
    const statement = this.#database.prepare(sql)
    // A third faster than objects.
    statement.setReturnArrays(true)
    this.#statements.set(sql, statement)
    return statement
  }
}
