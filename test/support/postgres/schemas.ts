import { randomBytes } from 'node:crypto'
import { Pool } from 'pg'
import { inject } from 'vitest'

/** A schema of the tests' PostgreSQL, and a way to look at it from outside the store. */
export interface TestSchema {
  readonly url: string
  readonly schema: string
  /** Runs a statement, in which `$schema` stands for the schema; answers its rows. */
  sql(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>
  /** Removes everything. */
  drop(): Promise<void>
}

/** A name that nobody else has; the schema is made by who uses it. All go at the end of the run at the latest. */
export function newSchema(url: string = inject('postgresUrl')): TestSchema {
  const schema = `${inject('postgresSchemaPrefix')}${randomBytes(6).toString('hex')}`
  const pool = new Pool({ connectionString: url, max: 2, allowExitOnIdle: true })
  pool.on('error', () => {})
  const sql: TestSchema['sql'] = async (text, values = []) => {
    const { rows } = await pool.query(text.replaceAll('$schema', schema), [...values])
    return rows as Record<string, unknown>[]
  }
  return {
    url,
    schema,
    sql,
    async drop() {
      await sql('DROP SCHEMA IF EXISTS $schema CASCADE')
      await pool.end()
    },
  }
}
