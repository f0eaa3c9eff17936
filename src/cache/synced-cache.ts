import { LRUCache } from 'lru-cache'
import type { BusControl, Handler, Subscription, UntypedBus } from '../core/api.ts'
import type { BusEvent } from '../core/event.ts'
import { isThenable, neverUnhandled } from '../core/settled.ts'
import { type CacheKey, Loads } from './loads.ts'
import { everything, type Invalidated, type Invalidation, type SyncedCacheSettings } from './options.ts'

/** What a cache has done since it was made. */
export interface SyncedCacheStatistics {
  /** Calls of `get` that found the value. */
  readonly hits: number
  /** Calls that had to wait for a load, their own or one that ran already. */
  readonly misses: number
  readonly loads: number
  readonly loadFailures: number
  /** Loads whose value was stale when it came, and was not kept. */
  readonly staleLoads: number
  /** How often something was invalidated: a key, or everything at once. */
  readonly invalidations: number
  /** How often the cache was emptied since the bus may have missed events: gaps of kind `loss`. */
  readonly gaps: number
  /** How many values it holds now. */
  readonly size: number
}

/** Copies of what is true elsewhere, dropped when an event says that they are stale. */
export interface SyncedCache<K extends CacheKey, V> {
  /**
   * Resolves when every change is heard of from now on; until then each `get` loads, and nothing is kept. Rejects with a
   * `code` on permanent errors (never as an unhandled rejection); then `get` goes on loading until they are mended.
   */
  readonly ready: Promise<void>
  readonly statistics: SyncedCacheStatistics
  /**
   * The value, kept or loaded. Rejects with what `load` rejects with, or `LOAD_TIMEOUT`. All who ask get the same object: do
   * not change it.
   */
  get(key: K): Promise<V>
  /** Whether `get` would find the value. */
  has(key: K): boolean
  /** Drops a value, several, or everything: after a change of one's own, whose event comes back a little later. */
  invalidate(what: Invalidated<K>): void
  /** Ends its subscriptions and drops everything. `get` still loads, and keeps nothing. Closing the bus does it, too. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** `waiting` until the subscriptions are ready, `open` while values are kept, `closed` for good. */
type Phase = 'waiting' | 'open' | 'closed'

/** lru-cache does not tell `undefined` from a value that is not there. */
interface Entry<V> {
  readonly value: V
}

export class BusSyncedCache<K extends CacheKey, V> implements SyncedCache<K, V> {
  readonly ready: Promise<void>
  readonly #bus: UntypedBus
  readonly #entries: LRUCache<K, Entry<V>>
  readonly #loads: Loads<K, V>
  readonly #subscriptions: readonly Subscription[]
  readonly #endings: readonly (() => void)[]
  #phase: Phase = 'waiting'
  #hits = 0
  #misses = 0
  #invalidations = 0
  #gaps = 0

  constructor(bus: BusControl, settings: SyncedCacheSettings<K, V>) {
    const { load, maxEntries, ttlMs, loadTimeoutMs, invalidateOn } = settings
    // Whatever its catalog: at run time there is one kind of bus.
    this.#bus = bus as UntypedBus
    this.#entries = new LRUCache({ max: maxEntries, ...(ttlMs !== undefined && { ttl: ttlMs }) })
    this.#loads = new Loads({ load, timeoutMs: loadTimeoutMs, onLoaded: (...loaded) => this.#keep(...loaded) })
    this.#endings = [
      bus.on('gap', ({ kind }) => {
        if (kind === 'loss') this.#gaps++
        this.#forgetAll()
      }),
      bus.on('status', (status) => {
        if (status === 'closing' || status === 'closed') this.#end()
      }),
    ]
    this.#subscriptions = Array.from(invalidateOn, (on) => this.#subscribe(...on))
    const readies = this.#subscriptions.map(({ ready }) => ready)
    this.ready = neverUnhandled(Promise.all(readies).then(() => this.#openIfReady()))
  }

  get statistics(): SyncedCacheStatistics {
    const { begun: loads, failed: loadFailures, stale: staleLoads } = this.#loads
    return {
      hits: this.#hits,
      misses: this.#misses,
      loads,
      loadFailures,
      staleLoads,
      invalidations: this.#invalidations,
      gaps: this.#gaps,
      size: this.#entries.size,
    }
  }

  get(key: K): Promise<V> {
    if (this.#phase === 'waiting') this.#openIfReady()
    const entry = this.#entries.get(key)
    if (!entry) {
      this.#misses++
      return this.#loads.join(key)
    }
    this.#hits++
    return Promise.resolve(entry.value)
  }

  has(key: K): boolean {
    return this.#entries.has(key)
  }

  invalidate(what: Invalidated<K>): void {
    if (what === everything) {
      this.#invalidations++
      this.#forgetAll()
    } else if (isKey(what)) this.#forget(what)
    else for (const key of what) this.#forget(key)
  }

  async close(): Promise<void> {
    this.#end()
    await Promise.all(this.#subscriptions.map((subscription) => subscription.unsubscribe()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Also after `ready` was rejected. What was loaded before may be from before a change that was not heard of. */
  #openIfReady(): void {
    if (this.#phase !== 'waiting' || this.#subscriptions.some(({ status }) => status !== 'ready')) return
    this.#phase = 'open'
    this.#loads.forgetAll()
  }

  #end(): void {
    this.#phase = 'closed'
    for (const end of this.#endings) end()
    this.#forgetAll()
  }

  #keep(key: K, value: V, start: number): void {
    if (this.#phase === 'open') this.#entries.set(key, { value }, { start })
  }

  #subscribe(pattern: string, invalidation: Invalidation): Subscription {
    const invalidateCache: Handler = (event) => this.#heard(event, invalidation)
    return this.#bus.subscribe(pattern, invalidateCache)
  }

  /** Where nobody can say what is stale, everything may be. Trying again would not help, so the event counts as handled. */
  #heard(event: BusEvent, invalidation: Invalidation): void {
    try {
      const answer = invalidation(event)
      assertInvalidated<K>(answer)
      this.invalidate(answer)
    } catch (err) {
      this.#bus.logger.error(
        { err, event_type: event.type, event_id: event.id },
        `What the event '${event.type}' makes stale could not be told (invalidateOn); the whole cache was emptied`,
      )
      this.invalidate(everything)
    }
  }

  #forget(key: K): void {
    this.#invalidations++
    this.#entries.delete(key)
    this.#loads.forget(key)
  }

  #forgetAll(): void {
    this.#entries.clear()
    this.#loads.forgetAll()
  }
}

function isKey(value: unknown): value is CacheKey {
  return typeof value === 'string' || typeof value === 'number'
}

function assertInvalidated<K extends CacheKey>(answer: unknown): asserts answer is Invalidated<K> {
  if (answer === everything || isKey(answer) || (Array.isArray(answer) && answer.every(isKey))) return
  throw new TypeError(`the answer is ${kindOf(answer)}; allowed: a key, an array of keys, everything`)
}

function kindOf(answer: unknown): string {
  if (!isThenable(answer)) return typeof answer
  // Nobody waits for what it comes to.
  answer.then(undefined, () => {})
  return 'a promise'
}
