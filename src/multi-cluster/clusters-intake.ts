import { setTimeout as sleep } from 'node:timers/promises'
import { anyOf } from '../core/settled.ts'
import type { Delivery, Intake, Outcome, Point, Receive } from '../core/transport.ts'
import { ClusterIntake } from './cluster-intake.ts'
import type { Cluster } from './cluster.ts'
import type { SeenEvents } from './seen-events.ts'

/** So long `ready` waits for the other clusters when one is bound: one that is away is bound when it returns. */
const graceMs = 5_000
/** An event can have been published on the cluster of a late binding before that; after so long it has arrived everywhere. */
const trustAfterMs = 60_000

const acknowledged: Outcome = { kind: 'ack' }

/** The deliveries of one point from several clusters. */
export class ClustersIntake implements Intake {
  readonly #intakes: readonly ClusterIntake[]
  readonly #receive: Receive
  readonly #seen: SeenEvents
  readonly #passedOver: (cluster: Cluster) => void
  /** When the first pattern was bound wherever it could be; on the clock of `performance`. */
  readonly #readyAt = Promise.withResolvers<number>()

  /** `passedOver` is told of each delivery that another cluster has brought, or will. */
  constructor(
    point: Point,
    clusters: readonly Cluster[],
    receive: Receive,
    seen: SeenEvents,
    passedOver: (cluster: Cluster) => void,
  ) {
    this.#receive = receive
    this.#seen = seen
    this.#passedOver = passedOver
    const named = point.kind === 'group' ? point.cluster : undefined
    const used = named === undefined ? clusters : clusters.filter(({ name }) => name === named)
    this.#intakes = used.map((cluster, index) => {
      const receiveFrom = this.#receiverFor(point, cluster, 1 << index)
      return new ClusterIntake(cluster, cluster.session.consume(point, receiveFrom))
    })
  }

  get queue(): string {
    // They are called the same, unless the clusters have exchanges of different names.
    return this.#intakes[0]?.queue ?? ''
  }

  get status(): Intake['status'] {
    const states = this.#intakes.map(({ status }) => status)
    if (states.includes('ready')) return 'ready'
    return states.every((status) => status === 'failed') ? 'failed' : 'waiting'
  }

  async bind(pattern: string, cluster?: string): Promise<void> {
    await enough(this.#on(cluster).map((intake) => intake.bind(pattern)))
    this.#readyAt.resolve(performance.now())
  }

  async unbind(pattern: string, cluster?: string): Promise<void> {
    await Promise.all(this.#on(cluster).map((intake) => intake.unbind(pattern)))
  }

  async stop(): Promise<void> {
    // What waits to know its home need not wait longer.
    this.#readyAt.resolve(-Infinity)
    await Promise.all(this.#intakes.map((intake) => intake.stop()))
  }

  #on(cluster: string | undefined): readonly ClusterIntake[] {
    return cluster === undefined ? this.#intakes : this.#intakes.filter((intake) => intake.cluster.name === cluster)
  }

  #receiverFor(point: Point, cluster: Cluster, bit: number): Receive {
    if (point.kind === 'instance') return (delivery) => this.#receiveOnce(delivery, cluster, bit)
    if (point.cluster !== undefined) return (delivery) => this.#receive({ ...delivery, cluster: cluster.name })
    return (delivery) => this.#receiveAtHome(delivery, cluster)
  }

  /** An instance handles what comes first. */
  #receiveOnce(delivery: Delivery, cluster: Cluster, bit: number): Promise<Outcome> {
    const here = { ...delivery, cluster: cluster.name }
    if (isCopy(delivery)) return this.#receive(here)
    const again = (): Promise<Outcome> => {
      this.#passedOver(cluster)
      return this.#receive({ ...here, isDuplicate: true })
    }
    return this.#seen.settle(delivery.event.id, bit, () => this.#receive(here), again)
  }

  /** The members of a group cannot ask each other: each event has one cluster, its home, from which one of them handles it. */
  async #receiveAtHome(delivery: Delivery, cluster: Cluster): Promise<Outcome> {
    const { home = cluster.name } = delivery
    if (home === cluster.name || isCopy(delivery) || !(await this.#isHandledAt(home)))
      return this.#receive({ ...delivery, cluster: cluster.name })
    this.#passedOver(cluster)
    return acknowledged
  }

  /** Whether the group's queue at that cluster has certainly been there when the event was published. */
  async #isHandledAt(home: string): Promise<boolean> {
    const readyAt = await this.#readyAt.promise
    const { boundAt = Infinity } = this.#intakes.find(({ cluster }) => cluster.name === home) ?? {}
    return boundAt <= readyAt || performance.now() - boundAt > trustAfterMs
  }
}

/** A retry, a redriven letter, a replay: meant for this very queue. */
function isCopy({ attempts, handlers, replay }: Delivery): boolean {
  return attempts > 0 || handlers !== undefined || replay === true
}

/** Resolves when all are bound, or one is and the others have had a while; rejects if none can be. */
async function enough(bindings: readonly Promise<void>[]): Promise<void> {
  await anyOf(bindings)
  await Promise.race([Promise.allSettled(bindings), sleep(graceMs, undefined, { ref: false })])
}
