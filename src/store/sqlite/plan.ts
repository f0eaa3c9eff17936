import type { QuerySettings } from '../driver.ts'
import { selectTypes } from '../query.ts'
import type { Database } from './database.ts'
import type { Dictionary } from './dictionary.ts'
import { positionsPerBlock } from './schema.ts'
import type { Criteria } from './selectors.ts'

const firstBlockSql = 'SELECT block FROM event_blocks WHERE last_ms >= ? ORDER BY block LIMIT 1'
const lastBlockSql = 'SELECT block FROM event_blocks WHERE first_ms < ? ORDER BY block DESC LIMIT 1'

/** Says in the numbers of the file what a query asks for; `undefined` where no event can be what it asks for. */
export function planFor(
  database: Database,
  query: QuerySettings,
  types: Dictionary,
  sources: Dictionary,
): Criteria | undefined {
  const source = query.source === undefined ? undefined : sources.refresh(database).get(query.source)
  if (query.source !== undefined && source === undefined) return undefined
  const wanted = typesOf(query.patterns, types.refresh(database))
  if (wanted?.length === 0) return undefined
  const bounded = boundByTime(database, query)
  return bounded && { query: bounded, source, types: wanted }
}

/** The numbers of the types; `undefined` for all of them. */
function typesOf(
  patterns: QuerySettings['patterns'],
  known: ReadonlyMap<string, number>,
): readonly number[] | undefined {
  if (patterns === undefined) return undefined
  const candidates = Array.from(known, ([type, number]) => ({ type, number }))
  const selected = selectTypes(patterns, candidates)
  // An empty store has no types, and none of them is not all.
  return selected.length === known.size && known.size > 0 ? undefined : selected.map(({ number }) => number)
}

/** The same query between the first and the last block that can have events of its time. */
function boundByTime(database: Database, query: QuerySettings): QuerySettings | undefined {
  const { sinceMs, untilMs } = query
  const first = sinceMs === -Infinity ? 0 : blockOf(database, firstBlockSql, sinceMs)
  const last = untilMs === Infinity ? Infinity : blockOf(database, lastBlockSql, untilMs)
  if (first === undefined || last === undefined) return undefined
  const afterPosition = Math.max(query.afterPosition, first * positionsPerBlock - 1)
  const beforePosition = Math.min(query.beforePosition, (last + 1) * positionsPerBlock)
  return afterPosition + 1 < beforePosition ? { ...query, afterPosition, beforePosition } : undefined
}

function blockOf(database: Database, sql: string, timeMs: number): number | undefined {
  const row = database.first(sql, timeMs)
  return row && Number(row[0])
}
