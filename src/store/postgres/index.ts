import type { EventStore } from '../../core/event-store.ts'
import type { StoreDriver } from '../driver.ts'
import { storeOn } from '../store-on.ts'
import { AppendQueue } from './append-queue.ts'
import { appendBatch } from './appender.ts'
import { Database } from './database.ts'
import { isSameSql } from './migrations.ts'
import { type PostgresOptions, type PostgresSettings, resolvePostgresOptions } from './options.ts'
import { Reader } from './reader.ts'
import { Retention } from './retention.ts'
import { toColumn } from './text.ts'

export type { PostgresOptions, TlsOptions } from './options.ts'
export type { PostgresPool, PostgresStatement } from './pool.ts'

const batch = { events: 1_000, bytes: 4_194_304 }

/** What was pruned counts: a position that was given out once is never given out again. */
export const lastPositionSql: string = `
  SELECT greatest((SELECT max(position) FROM $schema.events), pruned_to) FROM $schema.event_positions WHERE ${isSameSql}`
const checkpointSql = 'SELECT position FROM $schema.event_checkpoints WHERE name = $1::text'
const saveCheckpointSql = `
  INSERT INTO $schema.event_checkpoints (name, position) SELECT $1::text, $2::bigint WHERE ${isSameSql}
  ON CONFLICT (name) DO UPDATE SET position = excluded.position RETURNING position`

/**
 * An event store in a schema of a PostgreSQL database, 12 or later, which any number of processes may share. Each append is one
 * transaction; appends of all processes take turns, so that a reader never misses an event. With `url` it needs the
 * package `pg` beside this one. Opens the schema when it is first used, and rejects then with `STORE_UNAVAILABLE`,
 * `STORE_FOREIGN`, `STORE_NEWER`, `STORE_FAILED` or `DEPENDENCY_MISSING`. Throws `OPTION_INVALID`.
 */
export function postgresStore(options: PostgresOptions): EventStore {
  return storeOn(postgresDriver(resolvePostgresOptions(options)))
}

function postgresDriver(settings: PostgresSettings): StoreDriver {
  const database = new Database(settings)
  const queue = new AppendQueue(
    (records, expectedVersion) => appendBatch(database, settings.lockTimeoutMs, records, expectedVersion),
    batch,
  )
  const reader = new Reader(database)
  const retention = new Retention(database)
  return {
    name: 'postgres',
    batch,
    append: (records, expectedVersion) => queue.append(records, expectedVersion),
    pages: (query) => reader.pages(query),
    count: (query) => reader.count(query),
    lastPosition: async () => Number((await database.only(lastPositionSql))[0]),
    types: () => reader.types(),
    async checkpoint(name) {
      const row = await database.first(checkpointSql, [toColumn(name)])
      return row && Number(row[0])
    },
    async saveCheckpoint(name, position) {
      await database.only(saveCheckpointSql, [toColumn(name), position])
    },
    startAudit: (entry) => retention.startAudit(entry),
    remove: (positions, auditNumber) => retention.remove(positions, auditNumber),
    redact: (id, entry) => retention.redact(id, entry),
    audit: (limit) => retention.audit(limit),
    close: () => database.close(),
  }
}
