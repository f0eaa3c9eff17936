export { createSyncedCache, type InvalidateOn, type LooselyInvalidateOn } from './create-synced-cache.ts'
export type { CacheKey, Load } from './loads.ts'
export { everything, type Invalidated, type SyncedCacheOptions } from './options.ts'
export type { SyncedCache, SyncedCacheStatistics } from './synced-cache.ts'
