import type { Handler } from './api.ts'
import { EventBusError } from './errors.ts'
import type { HandlingScope } from './handler-run.ts'
import type { HealthCheck } from './health.ts'
import { Histories } from './histories.ts'
import type { SubscriptionCounts } from './measurements.ts'
import type { Meter } from './meter.ts'
import type { BusSettings, SubscribeSettings } from './options.ts'
import type { Quarantine } from './quarantine.ts'
import { settledBy } from './settled.ts'
import { BusSubscription } from './subscription.ts'
import { SubscriptionPoint } from './subscription-point.ts'
import type { Point, TransportSession } from './transport.ts'

/** What is kept of the time limit of `close` for acknowledgements and the goodbye to the broker. */
const farewellMs = 1_000

/** All subscriptions of one bus, by the points that they are on. */
export class Subscriptions {
  readonly #session: TransportSession
  readonly #points = new Map<string, SubscriptionPoint>()
  /** Points that nobody subscribes to any more and that still have deliveries in hand. */
  readonly #leaving = new Set<SubscriptionPoint>()
  readonly #histories: Histories
  readonly #closing = new AbortController()
  readonly #interrupt = new AbortController()
  readonly #scope: HandlingScope

  constructor(session: TransportSession, settings: BusSettings, meter: Meter, quarantine: Quarantine) {
    const { logger, validateIncoming } = settings
    this.#session = session
    this.#histories = new Histories(settings, quarantine)
    this.#scope = {
      logger,
      meter,
      validateIncoming,
      closing: this.#closing.signal,
      interrupt: this.#interrupt.signal,
      lastResort: 'the event goes to the dead letters',
    }
  }

  add(
    patterns: readonly string[],
    functionName: string,
    handle: Handler,
    settings: SubscribeSettings,
  ): BusSubscription {
    this.#histories.assertPossible(patterns, settings)
    const point = this.#pointFor(pointOf(patterns, settings))
    const name = point.nameFor(patterns, settings, functionName)
    const history = this.#histories.readerFor(`${patterns.join(',')} ${name}`, patterns, settings)
    const home = {
      queue: point.queue,
      statusOf: point.statusOf.bind(point),
      remove: (one: BusSubscription) => this.#remove(one, point),
    }
    const subscription = new BusSubscription(home, patterns, handle, settings, name, history)
    point.add(subscription)
    return subscription
  }

  /** Stops intake and lets handlers finish; answers how many deliveries were still in hand near the deadline. */
  async drain(deadline: number): Promise<number> {
    const points = this.#allPoints
    const limit = Math.max(Date.now(), deadline - Math.min(farewellMs, (deadline - Date.now()) / 5))
    this.#closing.abort()
    for (const point of points) point.endAll()
    const dispatchers = points.map(({ dispatcher }) => dispatcher.idle())
    const idle = Promise.all([this.#session.pause(), ...dispatchers, this.#histories.ended])
    await settledBy(idle, limit)
    this.#interrupt.abort(
      new EventBusError('BUS_CLOSED', 'The bus is closing and cannot wait for this handler any longer'),
    )
    return inHandOf(points)
  }

  /** Deliveries whose outcome is not decided yet. */
  get inHand(): number {
    return inHandOf(this.#allPoints)
  }

  get counts(): SubscriptionCounts {
    const counts = { waiting: 0, ready: 0, failed: 0 }
    for (const point of this.#points.values())
      for (const status of point.statuses) if (status !== 'ended') counts[status]++
    return counts
  }

  /** What reads the store, by component. */
  get checks(): Record<string, HealthCheck> {
    return this.#histories.checks
  }

  /** How far those with `from` are behind the store. */
  get behind(): ReadonlyMap<string, number> {
    return this.#histories.behind
  }

  get #allPoints(): SubscriptionPoint[] {
    return [...this.#points.values(), ...this.#leaving]
  }

  async #remove(subscription: BusSubscription, point: SubscriptionPoint): Promise<void> {
    const left = point.remove(subscription)
    if (subscription.group !== undefined && point.isEmpty) void this.#retire(point, left)
    await left
  }

  /** What its handlers are running is not waited for here, but by `drain`: one of them may have unsubscribed itself. */
  async #retire(point: SubscriptionPoint, left: Promise<void>): Promise<void> {
    for (const [key, known] of this.#points) if (known === point) this.#points.delete(key)
    this.#leaving.add(point)
    await left.catch(() => {})
    await point.dispatcher.idle()
    this.#leaving.delete(point)
  }

  #pointFor(point: Point): SubscriptionPoint {
    const key = point.kind === 'group' ? `${point.cluster ?? ''}:${point.group}:${point.pattern}` : ''
    const known = this.#points.get(key)
    if (known) return known
    const made = new SubscriptionPoint(point, this.#session, this.#scope)
    this.#points.set(key, made)
    return made
  }
}

function inHandOf(points: readonly SubscriptionPoint[]): number {
  return points.reduce((sum, { dispatcher }) => sum + dispatcher.inHand, 0)
}

function pointOf(patterns: readonly string[], { group, cluster }: SubscribeSettings): Point {
  const [pattern] = patterns
  if (pattern === undefined) throw new EventBusError('OPTION_INVALID', 'subscribe: the array of patterns is empty')
  if (group === undefined) return { kind: 'instance' }
  if (patterns.length === 1) return { kind: 'group', group, pattern, ...(cluster !== undefined && { cluster }) }
  const message = `subscribe: several patterns cannot share group '${group}': each has a queue of its own, and an event that matches two would be handled twice. Subscribe to each pattern.`
  throw new EventBusError('OPTION_INVALID', message)
}
