import type { AppendOptions, PruneOptions, RedactOptions } from '../core/event-store.ts'
import { OptionReader } from '../core/option-reader.ts'
import { readPatterns, readTime } from './query.ts'

/** {@link PruneOptions}, checked and complete. */
export interface PruneSettings {
  readonly patterns: readonly string[] | undefined
  readonly untilMs: number
  readonly keep: number
  readonly signal: AbortSignal | undefined
  /** For the audit entry. */
  readonly request: Readonly<Record<string, unknown>>
}

const pruneNames = ['olderThan', 'pattern', 'keep'] as const
const anyCount = { min: 0, max: Number.MAX_SAFE_INTEGER }

export function resolveExpectedVersion(options: AppendOptions | undefined): number | undefined {
  const read = new OptionReader('append', options, ['expectedVersion'])
  return read.has('expectedVersion') ? read.integer('expectedVersion', { default: 0, ...anyCount }) : undefined
}

/** Nobody means every event by saying nothing. */
export function resolvePruneOptions(options: PruneOptions): PruneSettings {
  const read = new OptionReader('prune', options, [...pruneNames, 'reason', 'signal'])
  if (!pruneNames.some((name) => read.has(name)))
    throw read.refuse('olderThan', 'is missing, and so are the others', `one of ${pruneNames.join(', ')}`)
  const untilMs = readTime(read, 'olderThan')
  const { pattern } = options
  const asked = { pattern, keep: options.keep, reason: read.string('reason') }
  const olderThan = untilMs === undefined ? undefined : new Date(untilMs).toISOString()
  return {
    patterns: readPatterns(read),
    untilMs: untilMs ?? Infinity,
    keep: read.integer('keep', { default: 0, ...anyCount }),
    signal: read.instance('signal', 'an AbortSignal', (value) => value instanceof AbortSignal),
    request: withoutUndefined({ olderThan, ...asked }),
  }
}

/** The request of the audit entry. */
export function resolveRedactOptions(id: unknown, options: RedactOptions | undefined): Record<string, unknown> {
  const read = new OptionReader('redact', { ...options, id }, ['id', 'reason'])
  const wanted = read.string('id')
  if (wanted === undefined) throw read.refuse('id', 'is missing', 'the id of an event')
  return withoutUndefined({ id: wanted, reason: read.string('reason') })
}

/** The name of a checkpoint, and its position where one is to be saved. */
export function resolveCheckpoint(name: unknown, position?: unknown): { name: string; position: number } {
  const read = new OptionReader('checkpoint', { name, position }, ['name', 'position'])
  const named = read.string('name')
  if (named === undefined || Buffer.byteLength(named) > 255)
    throw read.refuse('name', 'is missing or too long', 'a string of 1 to 255 bytes')
  return { name: named, position: read.integer('position', { default: 0, ...anyCount }) }
}

export function resolveAuditLimit(limit: number | undefined): number {
  return new OptionReader('audit', { limit }, ['limit']).integer('limit', { default: 100, min: 1, max: 10_000 })
}

function withoutUndefined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
