import type { BusStatus, Gap } from '../core/api.ts'
import { EventBusError } from '../core/errors.ts'
import type { HealthCheck } from '../core/health.ts'
import type { SessionLoad } from '../core/load.ts'
import { anyOf, neverUnhandled } from '../core/settled.ts'
import type {
  ForwardRequest,
  Intake,
  Member,
  Point,
  PublishRequest,
  Receive,
  ReplayRequest,
  TransportSession,
} from '../core/transport.ts'
import { Cluster } from './cluster.ts'
import { checkClusters } from './clusters-health.ts'
import { loadOf } from './clusters-load.ts'
import { ClustersIntake } from './clusters-intake.ts'
import { Copies } from './copies.ts'
import { ClustersDeadLetters } from './dead-letters.ts'
import { Home } from './home.ts'
import type { ClustersSettings } from './options.ts'
import { publishToAll } from './publish-to-all.ts'
import { PublishToHome } from './publish-to-home.ts'
import { SeenEvents } from './seen-events.ts'

/** One bus on several clusters: a session on each, and what decides between them. */
export class ClustersSession implements TransportSession {
  readonly ready: Promise<void>
  readonly deadLetters: ClustersDeadLetters
  readonly #settings: ClustersSettings
  readonly #member: Member
  readonly #clusters: readonly Cluster[]
  readonly #home: Home
  readonly #seen: SeenEvents
  /** Publishes that follow the home, oldest first: so their order is kept. */
  readonly #following = new Set<PublishToHome>()
  readonly #passedOver = new Map<Cluster, number>()
  #hasStarted = false
  #status: BusStatus = 'connecting'

  constructor(settings: ClustersSettings, member: Member) {
    this.#settings = settings
    this.#member = member
    const own = { ...member, onGap: (gap: Gap) => this.#tellGap(gap) }
    this.#clusters = settings.clusters.map((one) => new Cluster(one, own, () => this.#changed()))
    this.#home = new Home(this.#clusters, settings, member.logger, () => this.#homeMoved())
    this.#seen = new SeenEvents(settings.maxEvents, settings.windowMs)
    this.deadLetters = new ClustersDeadLetters(this.#clusters)
    this.ready = neverUnhandled(anyOf(this.#clusters.map(({ session }) => session.ready)))
    this.#changed()
  }

  get status(): BusStatus {
    return this.#status
  }

  load(): SessionLoad {
    return loadOf(this.#clusters, this.home, (cluster) => this.passedOver(cluster))
  }

  get home(): Cluster {
    return this.#home.current
  }

  /** How many deliveries of a cluster another one has brought, or will. */
  passedOver(cluster: Cluster): number {
    return this.#passedOver.get(cluster) ?? 0
  }

  clusterNamed(name: string): Cluster | undefined {
    return this.#clusters.find((cluster) => cluster.name === name)
  }

  publish(request: PublishRequest): Promise<void> {
    const { clusters: names, signal } = request.options
    if (signal?.aborted) return Promise.reject(aborted(request))
    const targets = names ? this.#clusters.filter(({ name }) => names.includes(name)) : this.#clusters
    const [only] = targets
    if (only && targets.length === 1) return only.publish({ ...request, home: only.name })
    const copies = new Copies(request)
    if (names || this.#settings.publishPolicy === 'all') return publishToAll(copies, targets, this.#home)
    return this.#publishToHome(copies, targets)
  }

  /** To where the queue of the group is being consumed. */
  replay(request: ReplayRequest): Promise<void> {
    return this.home.session.replay(request)
  }

  forward(request: ForwardRequest): Promise<'ack' | 'release'> {
    return this.home.session.forward(request)
  }

  consume(point: Point, receive: Receive): Intake {
    const passedOver = (cluster: Cluster): void => void this.#passedOver.set(cluster, this.passedOver(cluster) + 1)
    return new ClustersIntake(point, this.#clusters, receive, this.#seen, passedOver)
  }

  check(timeoutMs: number): Promise<Record<string, HealthCheck>> {
    return checkClusters(this.#clusters, this.#settings.publishPolicy, this.home, timeoutMs)
  }

  async pause(): Promise<void> {
    await Promise.all(this.#clusters.map(({ session }) => session.pause()))
  }

  async close(deadline: number): Promise<{ unconfirmedEvents: number }> {
    this.#home.close()
    const reports = await Promise.all(this.#clusters.map(({ session }) => session.close(deadline)))
    return { unconfirmedEvents: reports.reduce((sum, { unconfirmedEvents }) => sum + unconfirmedEvents, 0) }
  }

  async #publishToHome(copies: Copies, targets: readonly Cluster[]): Promise<void> {
    const publish = new PublishToHome(copies, targets, this.#home, this.#settings.publishPolicy === 'any')
    this.#following.add(publish)
    try {
      await publish.run()
    } finally {
      this.#following.delete(publish)
    }
  }

  /** Where an instance starts it has to know once, on however many clusters it does. */
  #tellGap(gap: Gap): void {
    if (gap.kind === 'start' && this.#hasStarted) return
    if (gap.kind === 'start') this.#hasStarted = true
    this.#member.onGap(gap)
  }

  #homeMoved(): void {
    for (const publish of this.#following) publish.moved()
  }

  #changed(): void {
    // A session may tell of its state before there are others.
    if (!this.#clusters) return
    this.#home.look()
    const status = this.#bestStatus()
    if (status === this.#status) return
    this.#status = status
    this.#member.onStatus(status)
  }

  /** That of the cluster that is best off: with it the bus works. */
  #bestStatus(): BusStatus {
    const found = this.#clusters.map(({ status }) => status)
    const order: BusStatus[] = ['open', 'blocked', 'connecting', 'refused']
    return order.find((status) => found.includes(status)) ?? 'closed'
  }
}

function aborted({ event, options }: PublishRequest): EventBusError {
  const cause: unknown = options.signal?.reason
  return new EventBusError('PUBLISH_ABORTED', `The event '${event.type}' was aborted before it was sent`, { cause })
}
