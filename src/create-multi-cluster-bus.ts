import type { LooseClusterEvents, TypedClusterEvents } from './catalog/cluster-types.ts'
import type { Catalog, LooseCatalog } from './catalog/define-catalog.ts'
import type { Untyped } from './catalog/types.ts'
import { resolveBusOptions } from './core/options.ts'
import { type EventBus, type EventBusOptions, type LooseEventBus, validatorsOf } from './create-event-bus.ts'
import {
  ClustersBus,
  type ClustersOptions,
  clustersTransport,
  type ClusterView,
  resolveClustersOptions,
} from './multi-cluster/index.ts'

interface ClusterControl {
  /** One cluster, to look at and to act on. Throws `OPTION_INVALID` for a name that this bus does not have. */
  cluster(name: string): ClusterView
}

/** An {@link EventBus} on several clusters of brokers. */
export interface MultiClusterBus<Types = Untyped> extends EventBus<Types>, TypedClusterEvents<Types>, ClusterControl {}

/** A {@link LooseEventBus} on several clusters of brokers. */
export interface LooseMultiClusterBus<Types> extends LooseEventBus<Types>, LooseClusterEvents<Types>, ClusterControl {}

export interface MultiClusterBusOptions<C> extends Omit<EventBusOptions<C>, 'transport'>, ClustersOptions {}

/**
 * Makes a bus on several clusters: it publishes to them as its policy says, hears all of them, and hands out each event
 * once. Otherwise as `createEventBus`. Throws `OPTION_INVALID`.
 */
export function createMultiClusterBus<Types>(
  options: MultiClusterBusOptions<LooseCatalog<Types>> & { readonly events: LooseCatalog<Types> },
): LooseMultiClusterBus<Types>
export function createMultiClusterBus<Types = Untyped>(
  options: MultiClusterBusOptions<Catalog<Types>>,
): MultiClusterBus<Types>
export function createMultiClusterBus<Types>(options: MultiClusterBusOptions<Catalog<Types>>): MultiClusterBus<Types> {
  const { events, clusters, publishPolicy, deduplication, failoverAfterMs, failbackAfterMs, ...rest } = options
  const own = { clusters, publishPolicy, deduplication, failoverAfterMs, failbackAfterMs }
  const transport = clustersTransport(resolveClustersOptions(own))
  const settings = resolveBusOptions({ ...rest, transport }, events && validatorsOf(events))
  // The types say what the validator sees to; at run time there is one kind of bus.
  return new ClustersBus(settings, transport) as unknown as MultiClusterBus<Types>
}
