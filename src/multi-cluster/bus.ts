import type { BusStatus, Handler, PublishOptions, SubscribeOptions, Subscription } from '../core/api.ts'
import { Bus } from '../core/bus.ts'
import { BusDeadLetters } from '../core/bus-dead-letters.ts'
import type { DeadLetters } from '../core/dead-letters.ts'
import { EventBusError } from '../core/errors.ts'
import type { BusEvent, EventInput } from '../core/event.ts'
import type { BusSettings } from '../core/options.ts'
import type { Cluster } from './cluster.ts'
import type { ClustersSession } from './session.ts'
import type { ClustersTransport } from './transport.ts'

/** One cluster of a bus, to look at and to act on. */
export interface ClusterView {
  readonly name: string
  readonly status: BusStatus
  /** Whether what is published now belongs to it: groups handle it from there. */
  readonly isHome: boolean
  /** Deliveries of this cluster that were acknowledged without a handler, since another one has brought the event, or will. */
  readonly duplicates: number
  readonly deadLetters: DeadLetters
}

/** The bus behind every typed view of it, where it has several clusters. */
export class ClustersBus extends Bus {
  readonly #settings: BusSettings
  readonly #session: ClustersSession

  constructor(settings: BusSettings, transport: ClustersTransport) {
    super({ ...settings, transport })
    this.#settings = settings
    this.#session = transport.session as ClustersSession
  }

  publishToAll(event: EventInput, options?: Omit<PublishOptions, 'clusters'>): Promise<BusEvent> {
    return this.publish(event, { ...options, clusters: 'all' })
  }

  subscribeFromCluster(
    cluster: string,
    pattern: string | readonly string[],
    handler: Handler,
    options?: Omit<SubscribeOptions, 'cluster'>,
  ): Subscription {
    return this.subscribe(pattern, handler, { ...options, cluster })
  }

  /** Throws `OPTION_INVALID` for a name that is not one of its clusters'. */
  cluster(name: string): ClusterView {
    const cluster = this.#session.clusterNamed(name)
    if (cluster) return this.#viewOf(cluster)
    const known = this.#settings.transport.clusters?.join(', ')
    throw new EventBusError('OPTION_INVALID', `cluster: this bus has no cluster '${name}'; allowed: ${known}`)
  }

  #viewOf(cluster: Cluster): ClusterView {
    const session = this.#session
    const deadLetters = new BusDeadLetters(cluster.session.deadLetters, this.#settings.logger, (what) => {
      if (this.status !== 'closing' && this.status !== 'closed') return
      throw new EventBusError('BUS_CLOSED', `Cannot ${what}: the bus is closed or closing`)
    })
    return {
      name: cluster.name,
      get status() {
        return cluster.status
      },
      get isHome() {
        return session.home === cluster
      },
      get duplicates() {
        return session.passedOver(cluster)
      },
      deadLetters,
    }
  }
}
