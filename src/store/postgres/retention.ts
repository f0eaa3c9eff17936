import type { AuditEntry } from '../../core/event-store.ts'
import type { AuditRequest } from '../driver.ts'
import { withoutData } from '../event-record.ts'
import type { Database, Row } from './database.ts'
import { toColumn } from './text.ts'

const nowMs = 'floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint'

const startAuditSql = `
  INSERT INTO $schema.event_audit (action, at_ms, events, request) VALUES ($1, ${nowMs}, 0, $2) RETURNING number`

const removeSql = `
  WITH removed AS (
    DELETE FROM $schema.events WHERE position = ANY ($1::bigint[]) RETURNING position
  ), remembered AS (
    UPDATE $schema.event_positions SET pruned_to = greatest(pruned_to, (SELECT max(position) FROM removed))
  )
  UPDATE $schema.event_audit SET events = events + (SELECT count(*) FROM removed) WHERE number = $2::bigint
  RETURNING (SELECT count(*) FROM removed)`

const eventOfIdSql = 'SELECT position, event FROM $schema.events WHERE id = $1::text AND redacted_ms IS NULL'

const redactSql = `
  WITH redacted AS (
    UPDATE $schema.events SET event = $2::text, redacted_ms = ${nowMs}
    WHERE position = $1::bigint AND redacted_ms IS NULL RETURNING position
  )
  INSERT INTO $schema.event_audit (action, at_ms, events, request) SELECT $3, ${nowMs}, 1, $4 FROM redacted RETURNING number`

const auditSql = `
  SELECT number, action, at_ms, events, request FROM $schema.event_audit ORDER BY number DESC LIMIT $1::integer`

/** What is taken from the store, and the account of it. */
export class Retention {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async startAudit({ action, request }: AuditRequest): Promise<number> {
    const row = await this.#database.first(startAuditSql, [action, JSON.stringify(request)])
    return Number(row?.[0])
  }

  async remove(positions: readonly number[], auditNumber: number): Promise<number> {
    const row = await this.#database.first(removeSql, [positions, auditNumber])
    return Number(row?.[0])
  }

  async redact(id: string, { action, request }: AuditRequest): Promise<boolean> {
    const [position, json] = (await this.#database.first(eventOfIdSql, [toColumn(id)])) ?? []
    if (typeof position !== 'string' || typeof json !== 'string') return false
    const values = [position, withoutData(json), action, JSON.stringify(request)]
    return (await this.#database.first(redactSql, values)) !== undefined
  }

  async audit(limit: number): Promise<readonly AuditEntry[]> {
    return (await this.#database.rows(auditSql, [limit])).map(toEntry)
  }
}

function toEntry([number, action, atMs, events, request]: Row): AuditEntry {
  return {
    number: Number(number),
    action: action as AuditEntry['action'],
    at: new Date(Number(atMs)).toISOString(),
    events: Number(events),
    request: JSON.parse(request ?? '{}') as AuditEntry['request'],
  }
}
