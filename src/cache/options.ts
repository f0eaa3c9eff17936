import type { BusEvent } from '../core/event.ts'
import { OptionReader } from '../core/option-reader.ts'
import { assertPattern } from '../core/pattern.ts'
import type { CacheKey, Load } from './loads.ts'

/** Instead of keys: all that the cache holds is to go. */
export const everything: unique symbol = Symbol('everything')

/** What an event makes stale: a key, several (none with `[]`), or {@link everything}. */
export type Invalidated<K extends CacheKey = string> = K | readonly K[] | typeof everything

/** How a cache loads, and how much it keeps. */
export interface SyncedCacheOptions<K extends CacheKey, V> {
  /**
   * Reads the value of a key from where it is true, e.g. a database: not from another cache or a replica that lags behind,
   * since what it reads after a change must be the change. What it rejects with, all who wait for the key get; nothing is
   * kept then.
   */
  readonly load: Load<K, V>
  /** The most that is kept; what was used least lately goes. Default 10,000. */
  readonly maxEntries?: number | undefined
  /**
   * How long a value is kept at the most, counted from the beginning of its load. Bounds how old a value can be while the bus
   * is cut off from the broker. Default: until it is invalidated.
   */
  readonly ttlMs?: number | undefined
  /** How long a load may take, then it is `LOAD_TIMEOUT` for all who wait for it. Default 30,000. */
  readonly loadTimeoutMs?: number | undefined
}

/** Says of an event what it makes stale. */
export type Invalidation = (event: BusEvent) => unknown

/** {@link SyncedCacheOptions} and the patterns, checked and complete. */
export interface SyncedCacheSettings<K extends CacheKey, V> {
  readonly load: Load<K, V>
  readonly maxEntries: number
  readonly ttlMs: number | undefined
  readonly loadTimeoutMs: number
  readonly invalidateOn: ReadonlyMap<string, Invalidation>
}

const day = 24 * 60 * 60 * 1_000

export function resolveSyncedCacheOptions<K extends CacheKey, V>(options: unknown): SyncedCacheSettings<K, V> {
  const known = ['bus', 'load', 'invalidateOn', 'maxEntries', 'ttlMs', 'loadTimeoutMs']
  const read = new OptionReader('createSyncedCache', options, known)
  const load = read.instance('load', 'a function', (value): value is Load<K, V> => typeof value === 'function')
  if (!load) throw read.refuse('load', 'is missing', 'a function')
  if (!isBus(read.value('bus'))) throw read.refuse('bus', 'is no bus', 'what createEventBus() returns')
  const ttlMs = read.has('ttlMs') ? read.integer('ttlMs', { default: day, min: 1, max: 365 * day }) : undefined
  return {
    load,
    maxEntries: read.integer('maxEntries', { default: 10_000, min: 1, max: 10_000_000 }),
    ttlMs,
    loadTimeoutMs: read.duration('loadTimeoutMs', { default: 30_000, min: 1, max: day }),
    invalidateOn: readInvalidateOn(read),
  }
}

/** Without any event nothing would ever be invalidated: that is a mistake, and no cache that is in step. */
function readInvalidateOn(read: OptionReader): SyncedCacheSettings<string, unknown>['invalidateOn'] {
  const value = read.instance('invalidateOn', 'an object with a function for each pattern', isInvalidateOn)
  const entries = Object.entries(value ?? {})
  if (entries.length === 0) throw read.refuse('invalidateOn', 'is missing or empty', 'a function for each pattern')
  for (const [pattern] of entries) assertPattern(pattern)
  return new Map(entries)
}

function isInvalidateOn(value: unknown): value is Record<string, Invalidation> {
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).every((invalidation) => typeof invalidation === 'function')
}

function isBus(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && typeof (value as { subscribe?: unknown }).subscribe === 'function'
  )
}
