import type { ReadQuery } from '../../core/event-store.ts'

/** What of history is wanted, in the words of the command line and of HTTP. */
export interface HistoryFilter {
  readonly patterns: readonly string[]
  readonly source?: string | undefined
  readonly subject?: string | undefined
  readonly correlation?: string | undefined
  readonly causation?: string | undefined
  readonly id?: string | undefined
  /** RFC 3339. */
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly after?: number | undefined
  readonly before?: number | undefined
  readonly direction: 'forward' | 'backward'
}

export const textFilters = ['source', 'subject', 'correlation', 'causation', 'id', 'since', 'until'] as const
export const positionFilters = ['after', 'before'] as const

export function toReadQuery(filter: HistoryFilter, limit: number | undefined): ReadQuery {
  const { patterns, correlation, causation, after, before, ...same } = filter
  return {
    ...same,
    pattern: patterns,
    correlationId: correlation,
    causationId: causation,
    afterPosition: after,
    beforePosition: before,
    limit,
  }
}

/** A request to a server. */
export function toPath(filter: HistoryFilter, limit: number): string {
  const parameters = new URLSearchParams(filter.patterns.map((pattern): [string, string] => ['pattern', pattern]))
  for (const name of [...textFilters, ...positionFilters, 'direction'] as const) {
    const value = filter[name]
    if (value !== undefined) parameters.set(name, String(value))
  }
  parameters.set('limit', String(limit))
  return `/events/history?${parameters.toString()}`
}
