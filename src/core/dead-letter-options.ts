import type {
  DeadLetterCause,
  DeadLetterChoice,
  DeadLetterFilter,
  DeadLetterInfo,
  DeadLetterProgress,
  DiscardOptions,
  DeadLetterListOptions,
  RedriveOptions,
} from './dead-letters.ts'
import { OptionReader } from './option-reader.ts'
import { assertPattern } from './pattern.ts'
import { PatternTrie } from './pattern-trie.ts'

/** Every {@link DeadLetterCause}. */
export const deadLetterCauses: readonly DeadLetterCause[] = [
  'handlers-failed',
  'rejected',
  'handlers-gone',
  'invalid',
  'undecodable',
  'delivery-limit',
  'destination-gone',
  'unknown',
]

/** A {@link DeadLetterFilter}, checked. */
export interface LetterMatcher {
  /** Those that are wanted by name. */
  readonly ids: ReadonlySet<string> | undefined
  matches(letter: DeadLetterInfo): boolean
}

export interface ListSettings {
  readonly matcher: LetterMatcher
  readonly limit: number
  readonly after: string | undefined
}

export interface DiscardSettings {
  readonly matcher: LetterMatcher
  readonly signal: AbortSignal | undefined
  readonly onProgress: (progress: DeadLetterProgress) => void
}

export interface RedriveSettings extends DiscardSettings {
  readonly ratePerSecond: number | undefined
}

const filterNames = ['pattern', 'group', 'reason', 'ids'] as const

export function resolveListOptions(options: DeadLetterListOptions | undefined): ListSettings {
  const read = new OptionReader('deadLetters.list', options, [...filterNames, 'limit', 'after'])
  return {
    matcher: readMatcher(read),
    limit: read.integer('limit', { default: 100, min: 1, max: 10_000 }),
    after: read.string('after'),
  }
}

export function resolveDiscardOptions(choice: DeadLetterChoice, options: DiscardOptions | undefined): DiscardSettings {
  const read = new OptionReader('deadLetters.discard', options, ['signal', 'onProgress'])
  return { matcher: readChoice('deadLetters.discard', choice), ...readRun(read) }
}

export function resolveRedriveOptions(choice: DeadLetterChoice, options: RedriveOptions | undefined): RedriveSettings {
  const read = new OptionReader('deadLetters.redrive', options, ['signal', 'onProgress', 'ratePerSecond'])
  const rule = { default: Number.MAX_SAFE_INTEGER, min: 0.001, max: Number.MAX_SAFE_INTEGER }
  const ratePerSecond = read.has('ratePerSecond') ? read.duration('ratePerSecond', rule) : undefined
  return { matcher: readChoice('deadLetters.redrive', choice), ...readRun(read), ratePerSecond }
}

function readRun(read: OptionReader): Omit<DiscardSettings, 'matcher'> {
  return {
    signal: read.instance('signal', 'an AbortSignal', (value) => value instanceof AbortSignal),
    onProgress: read.instance('onProgress', 'a function', isListener) ?? (() => {}),
  }
}

/** Everything has to be asked for. */
function readChoice(owner: string, choice: unknown): LetterMatcher {
  const read = new OptionReader(owner, choice, [...filterNames, 'all'])
  const isFiltered = filterNames.some((name) => read.has(name))
  const isAll = read.boolean('all', false)
  if (isAll && isFiltered) throw read.refuse('all', 'is given beside a filter', 'one of the two')
  if (isAll || isFiltered) return readMatcher(read)
  throw read.refuse('all', 'is not true, and there is no filter', `one of ${filterNames.join(', ')}, or all: true`)
}

function readMatcher(read: OptionReader): LetterMatcher {
  const pattern = read.value('pattern')
  if (pattern !== undefined) assertPattern(pattern)
  const types = new PatternTrie<true>()
  if (pattern !== undefined) types.add(pattern, true)
  const group = read.string('group')
  const reason = read.has('reason') ? read.oneOf('reason', deadLetterCauses, 'unknown') : undefined
  const ids = read.instance('ids', 'an array of strings', isStrings)
  const wanted = ids && new Set(ids)
  return {
    ids: wanted,
    matches: (letter) =>
      (pattern === undefined || types.match(letter.type).length > 0) &&
      (group === undefined || letter.group === group) &&
      (reason === undefined || letter.reason === reason) &&
      (wanted === undefined || wanted.has(letter.id)),
  }
}

function isStrings(value: unknown): value is NonNullable<DeadLetterFilter['ids']> {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function isListener(value: unknown): value is NonNullable<DiscardOptions['onProgress']> {
  return typeof value === 'function'
}
