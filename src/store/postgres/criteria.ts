import type { QuerySettings } from '../driver.ts'
import type { Value } from './database.ts'
import { toColumn, toNullableColumn } from './text.ts'
import { type Walk, walks } from './walks.ts'

/** What a query asks for, with words as the numbers that the schema has for them. */
export interface Criteria {
  readonly query: QuerySettings
  /** `undefined`: any. */
  readonly source: number | undefined
  /** `undefined`: all. */
  readonly types: readonly number[] | undefined
}

/** An index to walk over, and what the query asks for that it sees to. */
export interface Selector {
  readonly walk: Walk
  readonly key: Value
  /** What it does not see to; `undefined` where it sees to everything. */
  readonly rest: readonly Value[] | undefined
}

/** A day behind the last day of a Date: every event has a time between the two. */
const latestMs = 8.64e15 + 8.64e7

/** The most selective index, as far as one can tell by what is asked for. */
export function selectorOf(criteria: Criteria): Selector {
  const { query, source, types } = criteria
  const { id, correlationId, causationId, subject } = query
  if (id !== undefined) return selecting(criteria, walks.byId, toColumn(id))
  if (correlationId !== undefined) return selecting(criteria, walks.byCorrelation, toColumn(correlationId))
  if (causationId !== undefined) return selecting(criteria, walks.byCausation, toColumn(causationId))
  if (subject !== undefined) return selecting(criteria, walks.bySubject, toColumn(subject))
  if (types?.length === 1) return selecting(criteria, walks.byType, types[0] ?? 0)
  if (source !== undefined) return selecting(criteria, walks.bySource, source)
  return { walk: walks.byPosition, key: null, rest: asked(criteria) > 0 ? restOf(criteria) : undefined }
}

/** For each of several types its next events, of these the next: right where events of these types are rare. */
export function typesSelectorOf(criteria: Criteria): Selector {
  const { rest } = selecting({ ...criteria, types: undefined }, walks.byTypes, null, 0)
  return { walk: walks.byTypes, key: criteria.types ?? [], rest }
}

/** Whether several types are what selects. */
export function asksForTypes({ query, types }: Criteria): boolean {
  const { id, correlationId, causationId, subject } = query
  const isMoreSelective = [id, correlationId, causationId, subject].some((one) => one !== undefined)
  return !isMoreSelective && types !== undefined && types.length > 1
}

function selecting(criteria: Criteria, walk: Walk, key: Value, seenTo = 1): Selector {
  return { walk, key, rest: asked(criteria) > seenTo ? restOf(criteria) : undefined }
}

/** How much is asked for. */
function asked({ query, source, types }: Criteria): number {
  const { id, correlationId, causationId, subject } = query
  const values = [id, correlationId, causationId, subject, source, types, isTimed(query) || undefined]
  return values.filter((value) => value !== undefined).length
}

export function isTimed({ sinceMs, untilMs }: QuerySettings): boolean {
  return sinceMs > -Infinity || untilMs < Infinity
}

/** In whole milliseconds that the schema can hold. */
export function timesOf({ sinceMs, untilMs }: QuerySettings): readonly [since: number, until: number] {
  return [Math.max(sinceMs, -latestMs), Math.min(untilMs, latestMs)]
}

function restOf({ query, source, types }: Criteria): readonly Value[] {
  const { subject, correlationId, causationId } = query
  const columns = [subject, correlationId, causationId].map(toNullableColumn)
  return [source ?? null, ...columns, ...timesOf(query), types ?? null]
}
