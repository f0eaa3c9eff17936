import { Pool } from 'pg'
import type { BusEvent } from '../../src/core/event.ts'
import { appendSql } from '../../src/store/postgres/appender.ts'
import { versionSql } from '../../src/store/postgres/migrations.ts'
import { postgresStore } from '../../src/store/postgres/index.ts'
import type { Contender } from './contender.ts'

const selectSql = 'SELECT position, event FROM $schema.events WHERE position > $1 ORDER BY position LIMIT 1000'

/** The store, and the driver alone: the same tables and statements, one connection. */
export function postgres(url: string, schema: string): Contender {
  const inSchema = (sql: string): string => sql.replaceAll('$schema', schema)
  const makeSchema = async (): Promise<void> => {
    const store = postgresStore({ url, schema })
    await store.count()
    await store.close()
  }
  return {
    name: 'pg',
    open: () => postgresStore({ url, schema }),
    async remove() {
      const pool = new Pool({ connectionString: url })
      await pool.query(inSchema('DROP SCHEMA IF EXISTS $schema CASCADE'))
      await pool.end()
    },
    async bare() {
      await makeSchema()
      const pool = new Pool({ connectionString: url, max: 1 })
      const { rows: versions } = await pool.query<string[]>({ text: inSchema(versionSql), rowMode: 'array' })
      const append = inSchema(appendSql).replaceAll('$madeAt', versions[0]?.[1] ?? '')
      const select = inSchema(selectSql)
      return {
        async append(events) {
          await pool.query({ name: 'append', text: append, values: [...columnsOf(events), null, 10_000] })
        },
        async read(afterPosition, events) {
          let read = 0
          for (let last = String(afterPosition); read < events;) {
            const query = { name: 'select', text: select, values: [last], rowMode: 'array' as const }
            const { rows } = await pool.query<[string, string], string[]>(query)
            for (const [, json] of rows) if (JSON.parse(json)) read++
            const end = rows.at(-1)
            if (!end) return read
            last = end[0]
          }
          return read
        },
        close: () => pool.end(),
      }
    },
  }
}

function columnsOf(events: readonly BusEvent[]): unknown[][] {
  return [
    events.map(({ id }) => id),
    events.map(({ type }) => type),
    events.map(({ source }) => source),
    events.map(({ subject }) => subject),
    events.map(({ correlationId }) => correlationId),
    events.map(({ causationId }) => causationId),
    events.map(({ time }) => Date.parse(time)),
    events.map((event) => JSON.stringify(event)),
  ]
}
