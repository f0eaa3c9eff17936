import { EventBusError } from '../core/errors.ts'
import { OptionReader } from '../core/option-reader.ts'
import type { Transport } from '../core/transport.ts'

/** One cluster of brokers, by its name. */
export interface ClusterOptions {
  /** In errors, logs and health, and as the home of events: the same in every program. 1 to 50 letters, digits, `-`, `_`. */
  readonly name: string
  readonly transport: Transport
}

/**
 * `all`: resolves when every cluster has confirmed. `any`: resolves as soon as the event is safe on one; the others get it
 * in the background. `failover`: goes to one cluster, its home.
 */
export type PublishPolicy = 'all' | 'any' | 'failover'

/** How an event that several clusters bring is known. */
export interface DeduplicationOptions {
  /** How many events are remembered by their ids, about 100 bytes each. Default 100,000. */
  readonly maxEvents?: number | undefined
  /** For how long: as long as one cluster may lag behind another. Default 3,600,000, an hour. */
  readonly windowMs?: number | undefined
}

export interface ClustersOptions {
  /** In the order of preference: the first healthy one is the home of what is published. */
  readonly clusters: readonly ClusterOptions[]
  /** Default `all`. */
  readonly publishPolicy?: PublishPolicy | undefined
  readonly deduplication?: DeduplicationOptions | undefined
  /** After so long without a connection, or without a confirm, the next cluster becomes home. Default 1,000. */
  readonly failoverAfterMs?: number | undefined
  /** So long a cluster must have been healthy before it becomes home again. Default 30,000. */
  readonly failbackAfterMs?: number | undefined
}

/** {@link ClustersOptions}, checked and complete. */
export interface ClustersSettings {
  readonly clusters: readonly ClusterOptions[]
  readonly publishPolicy: PublishPolicy
  readonly maxEvents: number
  readonly windowMs: number
  readonly failoverAfterMs: number
  readonly failbackAfterMs: number
}

const owner = 'createMultiClusterBus'
const day = 24 * 60 * 60 * 1000

/** Throws `OPTION_INVALID`. */
export function resolveClustersOptions(options: ClustersOptions): ClustersSettings {
  const known = ['clusters', 'publishPolicy', 'deduplication', 'failoverAfterMs', 'failbackAfterMs']
  const read = new OptionReader(owner, options, known)
  const window = new OptionReader(`${owner} deduplication`, read.value('deduplication'), ['maxEvents', 'windowMs'])
  return {
    clusters: readClusters(read),
    publishPolicy: read.oneOf('publishPolicy', ['all', 'any', 'failover'], 'all'),
    maxEvents: window.integer('maxEvents', { default: 100_000, min: 1, max: 10_000_000 }),
    windowMs: window.duration('windowMs', { default: 3_600_000, min: 1, max: 7 * day }),
    failoverAfterMs: read.duration('failoverAfterMs', { default: 1_000, min: 1, max: day }),
    failbackAfterMs: read.duration('failbackAfterMs', { default: 30_000, min: 0, max: day }),
  }
}

function readClusters(read: OptionReader): readonly ClusterOptions[] {
  const kind = 'an array of 1 to 16 { name, transport }'
  const clusters = read.instance('clusters', kind, isClusterList)
  if (!clusters) throw read.refuse('clusters', 'is missing', kind)
  const names = new Set(clusters.map(({ name }) => name))
  if (names.size < clusters.length) throw read.refuse('clusters', 'has a name twice', 'a name of its own for each')
  for (const cluster of clusters) assertCluster(cluster)
  return clusters
}

function isClusterList(value: unknown): value is readonly ClusterOptions[] {
  return Array.isArray(value) && value.length >= 1 && value.length <= 16
}

/** Throws `OPTION_INVALID`; `where` says whose option it is. */
export function assertCluster(cluster: ClusterOptions, where: string = `${owner} clusters`): void {
  const read = new OptionReader(where, cluster, ['name', 'transport'])
  const name = read.string('name')
  if (name === undefined || !/^[\w-]{1,50}$/.test(name))
    throw read.refuse('name', 'is missing or has other characters', "1 to 50 letters, digits, '-', '_'")
  const kind = 'what memory() or rabbitmq() returns'
  const transport = read.instance('transport', kind, isTransport)
  if (!transport) throw read.refuse('transport', `of '${name}' is missing`, kind)
  if (transport.clusters) throw new EventBusError('OPTION_INVALID', `${where}: '${name}' is made of clusters itself`)
}

function isTransport(value: unknown): value is Transport {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Transport>).join === 'function'
}
