import type { Handler, Subscription } from '../core/api.ts'
import type {
  Checked,
  LooseEvents,
  LooselyReceived,
  OptionsFor,
  PatternIn,
  Patterns,
  Received,
  TypedEvents,
} from './types.ts'

/** What a bus of several clusters adds to {@link TypedEvents}. */
export interface TypedClusterEvents<Types> {
  /** As `publish` with `{ clusters: 'all' }`: resolves when every cluster has confirmed, whatever the policy of the bus. */
  publishToAll: TypedEvents<Types>['publish']
  /** As `subscribe` with `{ cluster }`: only what this cluster hands out. */
  subscribeFromCluster<const A extends Patterns>(
    cluster: string,
    pattern: A & Checked<Types, A>,
    handler: Handler<Received<Types, PatternIn<A>>>,
    options?: OptionsFor<A>,
  ): Subscription
}

/** What a bus of several clusters adds to {@link LooseEvents}. */
export interface LooseClusterEvents<Types> {
  /** As {@link TypedClusterEvents.publishToAll}. */
  publishToAll: LooseEvents<Types>['publish']
  /** As {@link TypedClusterEvents.subscribeFromCluster}. */
  subscribeFromCluster<const A extends Patterns>(
    cluster: string,
    pattern: A,
    handler: Handler<LooselyReceived<Types, PatternIn<A>>>,
    options?: OptionsFor<A>,
  ): Subscription
}
