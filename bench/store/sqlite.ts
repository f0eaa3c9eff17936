import { rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { BusEvent } from '../../src/core/event.ts'
import { insertSql } from '../../src/store/sqlite/appender.ts'
import { sqliteStore } from '../../src/store/sqlite/index.ts'
import { migrations } from '../../src/store/sqlite/schema.ts'
import type { Contender } from './contender.ts'

/** The store, and the driver alone: the same tables, one prepared insert, one transaction a batch. */
export function sqlite(file: string): Contender {
  const remove = (): void => ['', '-wal', '-shm'].forEach((end) => rmSync(file + end, { force: true }))
  return {
    name: 'node:sqlite',
    open: () => sqliteStore({ file }),
    remove,
    async bare() {
      const database = new DatabaseSync(file)
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384')
      if (database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.tables === 0) {
        for (const migration of migrations) database.exec(migration)
      }
      const insert = database.prepare(insertSql)
      const select = database.prepare(
        'SELECT position, event FROM events WHERE position > ? ORDER BY position LIMIT 1000',
      )
      select.setReturnArrays(true)
      let position = 0
      const write = (event: BusEvent): void => {
        const { id, subject = null, correlationId = null, causationId = null, time } = event
        const timeMs = Date.parse(time)
        const json = JSON.stringify(event)
        insert.run(++position, id, position % 6, 1, subject, correlationId, causationId, timeMs, Date.now(), json)
      }
      return {
        async append(events) {
          database.exec('BEGIN IMMEDIATE')
          events.forEach(write)
          database.exec('COMMIT')
        },
        async read(afterPosition, events) {
          let read = 0
          for (let last = afterPosition; read < events;) {
            const rows = select.all(last) as unknown as [number, string][]
            for (const [, json] of rows) if (JSON.parse(json)) read++
            const end = rows.at(-1)
            if (!end) return read
            last = end[0]
          }
          return read
        },
        close: async () => database.close(),
      }
    },
  }
}
