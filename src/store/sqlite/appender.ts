import type { AppendedEvent } from '../../core/event-store.ts'
import type { EventRecord } from '../driver.ts'
import { versionConflict } from '../errors.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { Connection } from './connection.ts'
import type { Database } from './database.ts'
import { Dictionary, sourceStatements, typeStatements } from './dictionary.ts'
import { positionsPerBlock } from './schema.ts'

const lastPositionSql = 'SELECT last_position FROM event_positions'
const saveLastPositionSql = 'UPDATE event_positions SET last_position = ?'
const positionOfIdSql = 'SELECT position FROM events WHERE id = ?'
const versionSql = `
  SELECT position FROM events INDEXED BY events_by_subject WHERE subject = ? ORDER BY position DESC LIMIT 1`
export const insertSql = `
  INSERT INTO events (position, id, type_id, source_id, subject, correlation_id, causation_id, time_ms, recorded_ms, event)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO NOTHING`
const widenBlockSql = `
  INSERT INTO event_blocks (block, first_ms, last_ms) VALUES (?, ?, ?)
  ON CONFLICT (block) DO UPDATE SET first_ms = min(first_ms, excluded.first_ms), last_ms = max(last_ms, excluded.last_ms)`
const pageBytes = 4_096

export function readLastPosition(database: Database): number {
  return Number(database.first(lastPositionSql)?.[0])
}

/** Writes batches, each in one transaction. */
export class Appender {
  readonly #connection: Connection
  readonly #checkpoints: Checkpoints
  readonly #types = new Dictionary(typeStatements)
  readonly #sources = new Dictionary(sourceStatements)

  constructor(connection: Connection, checkpoints: Checkpoints) {
    this.#connection = connection
    this.#checkpoints = checkpoints
  }

  async append(
    records: readonly EventRecord[],
    expectedVersion: number | undefined,
  ): Promise<readonly AppendedEvent[]> {
    try {
      const appended = await this.#connection.use((database) =>
        database.transaction(() => this.#write(database, records, expectedVersion)),
      )
      await this.#checkpoints.wrote(pagesOf(records))
      return appended
    } catch (error) {
      this.#types.forget()
      this.#sources.forget()
      throw error
    }
  }

  #write(database: Database, records: readonly EventRecord[], expectedVersion: number | undefined): AppendedEvent[] {
    if (expectedVersion !== undefined && hasNew(database, records)) assertVersion(database, records, expectedVersion)
    const before = readLastPosition(database)
    const recordedMs = Date.now()
    const times = new BlockTimes()
    let last = before
    const appended = records.map((record) => {
      const one = this.#writeOne(database, record, last + 1, recordedMs)
      if (one.isNew) times.add(++last, record.timeMs)
      return one
    })
    if (last > before) {
      times.save(database)
      database.change(saveLastPositionSql, last)
    }
    return appended
  }

  #writeOne(database: Database, record: EventRecord, position: number, recordedMs: number): AppendedEvent {
    const { id, type, source, subject, correlationId, causationId, timeMs, json } = record
    const changes = database.change(
      insertSql,
      position,
      id,
      this.#types.numberOf(database, type),
      this.#sources.numberOf(database, source),
      subject ?? null,
      correlationId ?? null,
      causationId ?? null,
      timeMs,
      recordedMs,
      json,
    )
    if (changes === 1) return { position, isNew: true }
    return { position: positionOf(database, id) ?? 0, isNew: false }
  }
}

/** An event is a page of an index at the worst, and those that its JSON fills. */
function pagesOf(records: readonly EventRecord[]): number {
  return records.reduce((pages, { json }) => pages + 1 + json.length / pageBytes, 0)
}

function hasNew(database: Database, records: readonly EventRecord[]): boolean {
  return records.some(({ id }) => positionOf(database, id) === undefined)
}

function assertVersion(database: Database, records: readonly EventRecord[], expected: number): void {
  const subject = records[0]?.subject ?? ''
  const actual = Number(database.first(versionSql, subject)?.[0] ?? 0)
  if (actual !== expected) throw versionConflict(subject, expected, actual)
}

function positionOf(database: Database, id: string): number | undefined {
  const row = database.first(positionOfIdSql, id)
  return row && Number(row[0])
}

/** The earliest and the latest time of the events of a transaction, by block. */
class BlockTimes {
  readonly #blocks = new Map<number, { first: number; last: number }>()

  add(position: number, timeMs: number): void {
    const block = Math.floor(position / positionsPerBlock)
    const times = this.#blocks.get(block)
    if (!times) this.#blocks.set(block, { first: timeMs, last: timeMs })
    else if (timeMs < times.first) times.first = timeMs
    else if (timeMs > times.last) times.last = timeMs
  }

  save(database: Database): void {
    for (const [block, { first, last }] of this.#blocks) database.change(widenBlockSql, block, first, last)
  }
}
