import type { AppendedEvent, AuditEntry, StoredEvent } from '../core/event-store.ts'

/** An event as drivers write it: what queries look at, and all of it as JSON. */
export interface EventRecord {
  readonly id: string
  readonly type: string
  readonly source: string
  readonly subject: string | undefined
  readonly correlationId: string | undefined
  readonly causationId: string | undefined
  /** Its `time` in milliseconds since 1970. */
  readonly timeMs: number
  /** The whole event as a JSON object in the shape of `BusEvent`. */
  readonly json: string
}

/** A query, checked and complete. */
export interface QuerySettings {
  /** `undefined`: all types. */
  readonly patterns: readonly string[] | undefined
  readonly source: string | undefined
  readonly subject: string | undefined
  readonly correlationId: string | undefined
  readonly causationId: string | undefined
  readonly id: string | undefined
  /** In milliseconds since 1970, inclusive; -Infinity without a limit. */
  readonly sinceMs: number
  /** Exclusive; Infinity without a limit. */
  readonly untilMs: number
  readonly afterPosition: number
  /** `Number.MAX_SAFE_INTEGER` without a limit. */
  readonly beforePosition: number
  readonly isBackward: boolean
  /** `Number.MAX_SAFE_INTEGER` without a limit. */
  readonly limit: number
}

/** What an audit entry tells of a prune or a redaction. */
export type AuditRequest = Pick<AuditEntry, 'action' | 'request'>

/**
 * A database, as `storeOn` uses it: each verb has valid input, and either happens as a whole or rejects with an
 * `EventBusError` and has changed nothing.
 */
export interface StoreDriver {
  readonly name: string
  /** What `append` takes at once. One event may be larger than `bytes`. */
  readonly batch: { readonly events: number; readonly bytes: number }

  /**
   * Appends, in one transaction, the records whose ids are not there; with a version, in the same transaction, only if the
   * last position of the stream of `records[0].subject` is that, else `VERSION_CONFLICT` ({@link versionConflict}). When
   * all ids are there already, the version does not matter.
   */
  append(records: readonly EventRecord[], expectedVersion: number | undefined): Promise<readonly AppendedEvent[]>

  /** Pages by position, none empty. The query's positions lie between 0 and `lastPosition` + 1 of the start, in order. */
  pages(query: QuerySettings): AsyncIterable<readonly StoredEvent[]>

  /** Its positions lie as those of `pages`; direction and limit do not matter. */
  count(query: QuerySettings): Promise<number>
  lastPosition(): Promise<number>
  types(): Promise<readonly string[]>
  checkpoint(name: string): Promise<number | undefined>
  saveCheckpoint(name: string, position: number): Promise<void>

  /** Writes an audit entry with 0 events; answers its number. */
  startAudit(entry: AuditRequest): Promise<number>

  /** Deletes what is at these positions and adds their number to the audit entry; answers how many there were. */
  remove(positions: readonly number[], auditNumber: number): Promise<number>

  /** Takes the data away, for good, and writes an audit entry of 1 event. False, and no entry: nothing to take. */
  redact(id: string, entry: AuditRequest): Promise<boolean>

  /** Newest first. */
  audit(limit: number): Promise<readonly AuditEntry[]>

  /** Called once, when nothing is running any more. A reading may be between two pages; it is not asked for the next. */
  close(): Promise<void>
}
