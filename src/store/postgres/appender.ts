import type { AppendedEvent } from '../../core/event-store.ts'
import type { EventRecord } from '../driver.ts'
import { versionConflict } from '../errors.ts'
import type { Database } from './database.ts'
import { isSameSql } from './migrations.ts'
import { toColumn, toNullableColumn } from './text.ts'

export const appendSql: string = `
  SELECT base, positions, actual_version FROM $schema.append_events(
    $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::bigint, $10::integer
  ) WHERE ${isSameSql}`

/** Appends a batch, as one transaction. */
export async function appendBatch(
  database: Database,
  lockTimeoutMs: number,
  records: readonly EventRecord[],
  expectedVersion: number | undefined,
): Promise<readonly AppendedEvent[]> {
  const [base, positions, actualVersion] = await database.only(appendSql, [
    ...columnsOf(records),
    expectedVersion ?? null,
    lockTimeoutMs,
  ])
  if (actualVersion !== null)
    throw versionConflict(records[0]?.subject ?? '', expectedVersion ?? 0, Number(actualVersion))
  return appendedAt(Number(base), records.length, positions ?? null)
}

function columnsOf(records: readonly EventRecord[]): (string | number | null)[][] {
  return [
    records.map(({ id }) => toColumn(id)),
    records.map(({ type }) => toColumn(type)),
    records.map(({ source }) => toColumn(source)),
    records.map(({ subject }) => toNullableColumn(subject)),
    records.map(({ correlationId }) => toNullableColumn(correlationId)),
    records.map(({ causationId }) => toNullableColumn(causationId)),
    records.map(({ timeMs }) => timeMs),
    records.map(({ json }) => json),
  ]
}

/** An event that is not at its place behind the base was there before: in the store, or in the batch. */
function appendedAt(base: number, count: number, positions: string | null): AppendedEvent[] {
  const known = positions?.slice(1, -1).split(',').map(Number)
  return Array.from({ length: count }, (_, index) => {
    const next = base + index + 1
    const position = known?.[index] ?? next
    return { position, isNew: position === next }
  })
}
