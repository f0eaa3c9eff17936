/** One statement, as `pg` takes it (its `QueryConfig`). */
export interface PostgresStatement {
  readonly text: string
  /** For `$1`, `$2`, ...: strings, numbers, null, and arrays of them. */
  readonly values: unknown[]
  /** Under this name it is prepared once on every connection. */
  readonly name?: string
  /** Rows are arrays, the columns in the order of the statement. */
  readonly rowMode: 'array'
  /** Columns are the text that PostgreSQL sends, whatever parsers are set for the whole process. */
  readonly types: { getTypeParser(): (text: string) => string }
  /** After this many milliseconds without an answer the connection is given up. */
  readonly query_timeout: number
}

/**
 * The part of a `pg` pool that the store needs; any object of this shape works. Every statement is a transaction of its
 * own, so each may go to another connection.
 */
export interface PostgresPool {
  query(statement: PostgresStatement): Promise<{ readonly rows: unknown[] }>
}
