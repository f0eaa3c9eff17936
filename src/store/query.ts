import type { EventQuery, ReadQuery } from '../core/event-store.ts'
import { OptionReader } from '../core/option-reader.ts'
import { assertPattern } from '../core/pattern.ts'
import { PatternTrie } from '../core/pattern-trie.ts'
import { parseTime } from '../core/stamp.ts'
import type { QuerySettings } from './driver.ts'

const attributeNames = ['source', 'subject', 'correlationId', 'causationId', 'id'] as const
const filterNames = ['pattern', ...attributeNames, 'since', 'until', 'afterPosition', 'beforePosition'] as const
/** More than anybody writes by hand, and what every database takes in one statement. */
const maxPatterns = 100
const position = { min: 0, max: Number.MAX_SAFE_INTEGER }

export function resolveReadQuery(query: ReadQuery | undefined): QuerySettings {
  const read = new OptionReader('read', query, [...filterNames, 'direction', 'limit'])
  return {
    ...readFilter(read),
    isBackward: read.oneOf('direction', ['forward', 'backward'], 'forward') === 'backward',
    limit: read.integer('limit', { default: Number.MAX_SAFE_INTEGER, min: 1, max: Number.MAX_SAFE_INTEGER }),
  }
}

export function resolveCountQuery(query: EventQuery | undefined): QuerySettings {
  const read = new OptionReader('count', query, filterNames)
  return { ...readFilter(read), isBackward: false, limit: Number.MAX_SAFE_INTEGER }
}

function readFilter(read: OptionReader): Omit<QuerySettings, 'isBackward' | 'limit'> {
  const filter = {
    patterns: readPatterns(read),
    ...(Object.fromEntries(attributeNames.map((name) => [name, read.string(name)])) as Pick<
      QuerySettings,
      (typeof attributeNames)[number]
    >),
    sinceMs: readTime(read, 'since') ?? -Infinity,
    untilMs: readTime(read, 'until') ?? Infinity,
    afterPosition: read.integer('afterPosition', { default: 0, ...position }),
    beforePosition: read.integer('beforePosition', { default: Number.MAX_SAFE_INTEGER, ...position }),
  }
  if (filter.sinceMs >= filter.untilMs) throw read.refuse('until', 'is not later than since', 'a later time')
  if (filter.afterPosition >= filter.beforePosition)
    throw read.refuse('beforePosition', 'is not behind afterPosition', 'a higher position')
  return filter
}

/** `undefined` where all types are meant. Throws `PATTERN_INVALID`. */
export function readPatterns(read: OptionReader): readonly string[] | undefined {
  const value = read.value('pattern')
  if (value === undefined) return undefined
  const patterns: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (patterns.length === 0 || patterns.length > maxPatterns)
    throw read.refuse('pattern', `is a list of ${patterns.length}`, `a pattern, or 1 to ${maxPatterns} of them`)
  const checked = patterns.map((pattern) => {
    assertPattern(pattern)
    return pattern
  })
  return checked.includes('#') ? undefined : checked
}

/** In milliseconds since 1970. */
export function readTime(read: OptionReader, name: string): number | undefined {
  const value = read.value(name)
  if (value === undefined) return undefined
  const timeMs = value instanceof Date ? value.getTime() : parseTime(value)
  if (timeMs === undefined || Number.isNaN(timeMs))
    throw read.refuse(name, 'is no time', 'a valid Date, or an RFC 3339 time')
  return timeMs
}

/** Which of the types at least one of the patterns matches. */
export function selectTypes<T extends { readonly type: string }>(
  patterns: readonly string[] | undefined,
  types: Iterable<T>,
): T[] {
  if (patterns === undefined) return [...types]
  const trie = new PatternTrie<true>()
  for (const pattern of patterns) trie.add(pattern, true)
  return [...types].filter(({ type }) => trie.match(type).length > 0)
}
