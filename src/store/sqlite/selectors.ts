import type { QuerySettings } from '../driver.ts'
import type { Named, Value } from './database.ts'

/** An index that gives events in the order of their positions, and the statements that walk it. */
export interface Selector {
  /** What the query asks for that the index sees to. */
  readonly key: Value
  readonly walk: Walk
}

interface BothWays {
  readonly forward: string
  readonly backward: string
}

/** Statements over one index: named values are :key, :after, :before, :rows, and those of {@link restOf}. */
export interface Walk {
  /** All columns of a stored event, for events that need no further look. */
  readonly whole: BothWays
  /** The same; `event` is null where the rest of the query does not apply. */
  readonly sifted: BothWays
  /** How many of the next rows the rest of the query applies to, and where the last of them is. */
  readonly count: string
  /** The same without a rest. */
  readonly countWhole: string
}

/** What an index did not see to. It is in every statement as it is, so that no statement is made from input. */
const rest = `
  (:source IS NULL OR source_id = :source) AND (:subject IS NULL OR subject = :subject)
  AND (:correlation IS NULL OR correlation_id = :correlation) AND (:causation IS NULL OR causation_id = :causation)
  AND (:id IS NULL OR id = :id) AND time_ms >= :since AND time_ms < :until
  AND (:types IS NULL OR type_id IN (SELECT value FROM json_each(:types)))`

const placed = 'FROM events WHERE position IN (SELECT value FROM json_each(:positions))'
const between = 'position > :after AND position < :before'

const byPosition = walkOver('events NOT INDEXED', '(:key IS NULL)')
const byId = walkOver('events INDEXED BY events_by_id', 'id = :key')
const byType = walkOver('events INDEXED BY events_by_type', 'type_id = :key')
const bySource = walkOver('events INDEXED BY events_by_source', 'source_id = :key')
const bySubject = walkOver('events INDEXED BY events_by_subject', 'subject = :key')
const byCorrelation = walkOver('events INDEXED BY events_by_correlation', 'correlation_id = :key')
const byCausation = walkOver('events INDEXED BY events_by_causation', 'causation_id = :key')

/** Positions of one type's events. */
export const positionsOfType: BothWays = bothWays(
  (order) => `SELECT position FROM events INDEXED BY events_by_type
    WHERE type_id = :key AND ${between} ORDER BY position ${order} LIMIT :rows`,
)

/** Events by their positions. */
export const atPositions: { readonly whole: BothWays; readonly sifted: BothWays } = {
  whole: bothWays((order) => `SELECT position, recorded_ms, redacted_ms, event ${placed} ORDER BY position ${order}`),
  sifted: bothWays(
    (order) => `SELECT position, recorded_ms, redacted_ms, event ${placed} AND ${rest} ORDER BY position ${order}`,
  ),
}

function walkOver(table: string, isKey: string): Walk {
  const where = `FROM ${table} WHERE ${isKey} AND ${between}`
  const next = (order: string): string => `${where} ORDER BY position ${order} LIMIT :rows`
  return {
    whole: bothWays((order) => `SELECT position, recorded_ms, redacted_ms, event ${next(order)}`),
    sifted: bothWays(
      (order) => `SELECT position, recorded_ms, redacted_ms, CASE WHEN ${rest} THEN event END ${next(order)}`,
    ),
    count: `SELECT count(*) FILTER (WHERE applies), max(position), count(*)
      FROM (SELECT position, (${rest}) AS applies ${next('ASC')})`,
    countWhole: `SELECT count(*), max(position), count(*) FROM (SELECT position ${next('ASC')})`,
  }
}

function bothWays(statement: (order: string) => string): BothWays {
  return { forward: statement('ASC'), backward: statement('DESC') }
}

/** What a query asks for, with words as the numbers that the file has for them. */
export interface Criteria {
  readonly query: QuerySettings
  /** `undefined`: any. */
  readonly source: number | undefined
  /** `undefined`: all. */
  readonly types: readonly number[] | undefined
}

/** One for each index to walk: several where several types are wanted. The most selective is taken. */
export function selectorsOf({ query, source, types }: Criteria): readonly Selector[] {
  if (query.id !== undefined) return [{ key: query.id, walk: byId }]
  if (query.correlationId !== undefined) return [{ key: query.correlationId, walk: byCorrelation }]
  if (query.causationId !== undefined) return [{ key: query.causationId, walk: byCausation }]
  if (query.subject !== undefined) return [{ key: query.subject, walk: bySubject }]
  if (types !== undefined) return types.map((key) => ({ key, walk: byType }))
  if (source !== undefined) return [{ key: source, walk: bySource }]
  return [{ key: null, walk: byPosition }]
}

/** Whether an index alone does not see to everything. */
export function hasRest({ query, source, types }: Criteria): boolean {
  const asked = [query.id, query.correlationId, query.causationId, query.subject, types ?? source]
  const isTimed = query.sinceMs > -Infinity || query.untilMs < Infinity
  const isBoth = types !== undefined && source !== undefined
  return isTimed || isBoth || asked.filter((one) => one !== undefined).length > 1
}

/** The values of the rest. A type's own index needs no further look at types. */
export function restOf({ query, source, types }: Criteria, walk: Walk | undefined): Named {
  return {
    source: source ?? null,
    subject: query.subject ?? null,
    correlation: query.correlationId ?? null,
    causation: query.causationId ?? null,
    id: query.id ?? null,
    since: Math.max(query.sinceMs, -latestMs),
    until: Math.min(query.untilMs, latestMs),
    types: types === undefined || walk === byType ? null : JSON.stringify(types),
  }
}

/** No Date is as late. */
const latestMs = 8.64e15 + 8.64e7
