import type { AuditEntry } from '../../core/event-store.ts'
import type { AuditRequest } from '../driver.ts'
import { withoutData } from '../event-record.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { Connection } from './connection.ts'
import type { Database } from './database.ts'
import { positionsPerBlock } from './schema.ts'

const addAuditSql = 'INSERT INTO event_audit (action, at_ms, events, request) VALUES (?, ?, ?, ?) RETURNING number'
const countAuditSql = 'UPDATE event_audit SET events = events + ? WHERE number = ?'
const auditSql = 'SELECT number, action, at_ms, events, request FROM event_audit ORDER BY number DESC LIMIT :limit'
const removeSql = 'DELETE FROM events WHERE position IN (SELECT value FROM json_each(?))'
const firstPositionSql = 'SELECT min(position) FROM events'
const removeBlocksSql = 'DELETE FROM event_blocks WHERE block < ?'
const eventOfIdSql = 'SELECT position, event FROM events WHERE id = ? AND redacted_ms IS NULL'
const redactSql = 'UPDATE events SET event = ?, redacted_ms = ? WHERE position = ?'
const emptyLogSql = 'PRAGMA wal_checkpoint(TRUNCATE)'

/** Takes events, or their data, out of the file. */
export class Retention {
  readonly #connection: Connection
  readonly #checkpoints: Checkpoints

  constructor(connection: Connection, checkpoints: Checkpoints) {
    this.#connection = connection
    this.#checkpoints = checkpoints
  }

  startAudit(entry: AuditRequest): Promise<number> {
    return this.#connection.maintain((database) => addAudit(database, entry, 0))
  }

  async remove(positions: readonly number[], auditNumber: number): Promise<number> {
    const removed = await this.#connection.maintain((database) => removeAll(database, positions, auditNumber))
    await this.#checkpoints.wrote(removed)
    return removed
  }

  async redact(id: string, entry: AuditRequest): Promise<boolean> {
    const isRedacted = await this.#connection.maintain((database) => redactOne(database, id, entry))
    // The log still holds the data. While others read or write it stays there, until their log starts anew.
    if (isRedacted) await this.#connection.use((database) => database.first(emptyLogSql))
    return isRedacted
  }

  audit(limit: number): Promise<readonly AuditEntry[]> {
    return this.#connection.use((database) =>
      database.rows(auditSql, { limit }).map(([number, action, atMs, events, request]) => ({
        number: Number(number),
        action: action as AuditEntry['action'],
        at: new Date(Number(atMs)).toISOString(),
        events: Number(events),
        request: JSON.parse(String(request)) as AuditEntry['request'],
      })),
    )
  }
}

function addAudit(database: Database, { action, request }: AuditRequest, events: number): number {
  return Number(database.first(addAuditSql, action, Date.now(), events, JSON.stringify(request))?.[0])
}

function removeAll(database: Database, positions: readonly number[], auditNumber: number): number {
  const removed = database.change(removeSql, JSON.stringify(positions))
  const first = database.first(firstPositionSql)?.[0] ?? Infinity
  database.change(removeBlocksSql, Math.floor(Math.min(Number(first), Number.MAX_SAFE_INTEGER) / positionsPerBlock))
  database.change(countAuditSql, removed, auditNumber)
  return removed
}

function redactOne(database: Database, id: string, entry: AuditRequest): boolean {
  const row = database.first(eventOfIdSql, id)
  if (!row) return false
  database.change(redactSql, withoutData(String(row[1])), Date.now(), Number(row[0]))
  addAudit(database, entry, 1)
  return true
}
