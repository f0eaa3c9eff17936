import type { Handler } from './api.ts'
import type { EventQuery } from './event-store.ts'
import { OptionReader } from './option-reader.ts'
import { readName } from './options.ts'
import { assertPattern } from './pattern.ts'
import { patternsOverlap } from './pattern-overlap.ts'
import { PatternTrie } from './pattern-trie.ts'
import type { ReplayOptions, ReplayPoint, ReplayProgress, ReplayQueue } from './replay.ts'

export type ReplayTarget =
  | { readonly kind: 'handler'; readonly handler: Handler }
  | {
      readonly kind: 'queue'
      readonly group: string
      readonly pattern: string
      /** Whether the queue is for events of this type. */
      readonly wants: (type: string) => boolean
    }

/** A call of `replay`, checked and complete but for what only the store can tell. */
export interface ReplaySettings {
  readonly query: EventQuery
  readonly target: ReplayTarget
  readonly ratePerSecond: number | undefined
  readonly signal: AbortSignal | undefined
  readonly onProgress: ((progress: ReplayProgress) => void) | undefined
  readonly resumeFrom: ReplayPoint | undefined
  readonly dryRun: boolean
}

const queryNames = ['pattern', 'source', 'subject', 'correlationId', 'causationId', 'id'] as const
const rangeNames = ['since', 'until', 'afterPosition', 'beforePosition'] as const
const optionNames = ['ratePerSecond', 'signal', 'onProgress', 'resumeFrom', 'dryRun'] as const
const anyPosition = { default: 0, min: 0, max: Number.MAX_SAFE_INTEGER }

export function resolveReplay(query: EventQuery, target: unknown, options: ReplayOptions | undefined): ReplaySettings {
  const asked = new OptionReader('replay', query, [...queryNames, ...rangeNames])
  const read = new OptionReader('replay', options, optionNames)
  const goal = resolveTarget(target)
  const rate = { default: Number.MAX_SAFE_INTEGER, min: 0.001, max: Number.MAX_SAFE_INTEGER }
  return {
    query: goal.kind === 'queue' ? narrowed(query, goal, asked) : query,
    target: goal,
    ratePerSecond: read.has('ratePerSecond') ? read.duration('ratePerSecond', rate) : undefined,
    signal: read.instance('signal', 'an AbortSignal', (value) => value instanceof AbortSignal),
    onProgress: read.instance('onProgress', 'a function', isFunction<(progress: ReplayProgress) => void>),
    resumeFrom: resolvePoint(read),
    dryRun: read.boolean('dryRun', false),
  }
}

function resolveTarget(target: unknown): ReplayTarget {
  if (isFunction<Handler>(target)) return { kind: 'handler', handler: target }
  const read = new OptionReader('replay: target', target, ['group', 'pattern'])
  const group = readName(read, 'group')
  if (group === undefined) throw read.refuse('group', 'is missing', 'the name of a group, or a handler as target')
  const pattern = read.value('pattern')
  assertPattern(pattern)
  const trie = new PatternTrie<true>()
  trie.add(pattern, true)
  return { kind: 'queue', group, pattern, wants: (type) => trie.match(type).length > 0 }
}

/** Only what the queue is for. A group's handlers take all that is in their queue for theirs. */
function narrowed(query: EventQuery, { pattern, group }: ReplayQueue, read: OptionReader): EventQuery {
  if (query.pattern === undefined) return { ...query, pattern }
  const asked = typeof query.pattern === 'string' ? [query.pattern] : query.pattern
  for (const one of asked) assertPattern(one)
  if (asked.some((one) => patternsOverlap(one, pattern))) return query
  throw read.refuse('pattern', `matches no event that is for the queue of '${group}'`, `what '${pattern}' can match`)
}

function resolvePoint(read: OptionReader): ReplayPoint | undefined {
  const value = read.value('resumeFrom')
  if (value === undefined) return undefined
  if (typeof value === 'number') return { position: read.integer('resumeFrom', anyPosition) }
  const point = new OptionReader('replay: resumeFrom', value, [...pointNames, ...progressNames])
  const ahead = point.instance('ahead', 'an array of positions', isPositions)
  const end = point.has('end') ? point.integer('end', anyPosition) : undefined
  if (!point.has('position')) throw point.refuse('position', 'is missing', 'a position')
  return { position: point.integer('position', anyPosition), ahead, end }
}

const pointNames = ['position', 'ahead', 'end'] as const
/** A report may be given as it is. */
const progressNames = ['total', 'replayed', 'skipped', 'isComplete'] as const

function isPositions(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((one) => Number.isSafeInteger(one) && one >= 0)
}

function isFunction<T>(value: unknown): value is T {
  return typeof value === 'function'
}
