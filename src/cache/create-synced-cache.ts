import type { Checked, LooselyReceived, Received } from '../catalog/types.ts'
import type { EventBus, LooseEventBus } from '../create-event-bus.ts'
import type { CacheKey } from './loads.ts'
import { type Invalidated, resolveSyncedCacheOptions, type SyncedCacheOptions } from './options.ts'
import { BusSyncedCache, type SyncedCache } from './synced-cache.ts'

/** By pattern, what the events that it selects make stale. A pattern that selects nothing is a compile error. */
export type InvalidateOn<Types, P extends string, K extends CacheKey> = {
  readonly [Q in P]: ((event: Received<Types, Q>) => Invalidated<K>) & Checked<Types, Q>
}

/** As {@link InvalidateOn}, of a bus with a loose catalog. */
export type LooselyInvalidateOn<Types, P extends string, K extends CacheKey> = {
  readonly [Q in P]: (event: LooselyReceived<Types, Q>) => Invalidated<K>
}

/**
 * Makes a cache of what is true elsewhere, one in each instance, that the events of the bus keep in step: who changes the
 * truth publishes it afterwards, and every instance drops its copy. Values are kept from `ready` on. After a gap of the bus
 * the whole cache is dropped. Throws `OPTION_INVALID`, `PATTERN_INVALID`, `BUS_CLOSED`.
 */
export function createSyncedCache<Types, V, const P extends string, K extends CacheKey = string>(
  options: SyncedCacheOptions<K, V> & {
    readonly bus: EventBus<Types>
    readonly invalidateOn: InvalidateOn<Types, P, NoInfer<K>>
  },
): SyncedCache<K, V>
export function createSyncedCache<Types, V, const P extends string, K extends CacheKey = string>(
  options: SyncedCacheOptions<K, V> & {
    readonly bus: LooseEventBus<Types>
    readonly invalidateOn: LooselyInvalidateOn<Types, P, NoInfer<K>>
  },
): SyncedCache<K, V>
export function createSyncedCache<Types, V, K extends CacheKey>(
  options: SyncedCacheOptions<K, V> & { readonly bus: EventBus<Types> | LooseEventBus<Types> },
): SyncedCache<K, V> {
  const settings = resolveSyncedCacheOptions<K, V>(options)
  return new BusSyncedCache(options.bus, settings)
}
