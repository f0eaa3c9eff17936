import type { EventStore } from '../../core/event-store.ts'
import type { StoreDriver } from '../driver.ts'
import { storeOn } from '../store-on.ts'
import { Appender, readLastPosition } from './appender.ts'
import { Checkpoints } from './checkpoints.ts'
import { Connection } from './connection.ts'
import { resolveSqliteOptions, type SqliteOptions, type SqliteSettings } from './options.ts'
import { Reader } from './reader.ts'
import { Retention } from './retention.ts'

export type { SqliteOptions } from './options.ts'

/** Each is one transaction of 2 to 4 ms, without the time that the disk takes. */
const batch = { events: 200, bytes: 262_144 }

const checkpointSql = 'SELECT position FROM event_checkpoints WHERE name = ?'
const saveCheckpointSql = `
  INSERT INTO event_checkpoints (name, position) VALUES (?, ?)
  ON CONFLICT (name) DO UPDATE SET position = excluded.position`

/**
 * An event store in one SQLite file, by the SQLite that Node.js has built in: WAL, and every batch is on the disk before
 * `append` resolves. Several processes of one machine may share the file. Opens it when it is first used, and rejects
 * then with `STORE_UNAVAILABLE`, `STORE_FOREIGN`, `STORE_NEWER` or `STORE_CORRUPT`. Throws `OPTION_INVALID`.
 */
export function sqliteStore(options: SqliteOptions): EventStore {
  return storeOn(sqliteDriver(resolveSqliteOptions(options)))
}

function sqliteDriver(settings: SqliteSettings): StoreDriver {
  const connection = new Connection(settings)
  const checkpoints = new Checkpoints(connection)
  const appender = new Appender(connection, checkpoints)
  const reader = new Reader(connection)
  const retention = new Retention(connection, checkpoints)
  return {
    name: 'sqlite',
    batch,
    append: (records, expectedVersion) => appender.append(records, expectedVersion),
    pages: (query) => reader.pages(query),
    count: (query) => reader.count(query),
    lastPosition: () => connection.use(readLastPosition),
    types: () => reader.types(),
    checkpoint: (name) =>
      connection.use((database) => {
        const row = database.first(checkpointSql, name)
        return row && Number(row[0])
      }),
    saveCheckpoint: (name, position) =>
      connection.maintain((database) => {
        database.change(saveCheckpointSql, name, position)
      }),
    startAudit: (entry) => retention.startAudit(entry),
    remove: (positions, auditNumber) => retention.remove(positions, auditNumber),
    redact: (id, entry) => retention.redact(id, entry),
    audit: (limit) => retention.audit(limit),
    close: async () => connection.close(),
  }
}
