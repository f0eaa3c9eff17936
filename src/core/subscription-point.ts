import type { SubscriptionStatus } from './api.ts'
import { Dispatcher } from './dispatch.ts'
import { EventBusError } from './errors.ts'
import type { BusEvent } from './event.ts'
import type { StoredEvent } from './event-store.ts'
import type { HandlingScope } from './handler-run.ts'
import type { HistoryReader } from './history-reader.ts'
import type { SubscribeSettings } from './options.ts'
import { serializeData } from './stamp.ts'
import type { BusSubscription, SubscriptionHome } from './subscription.ts'
import type { Copy, Intake, Point, TransportSession } from './transport.ts'

/**
 * Where subscriptions meet the transport: all those of one instance, or all those of one process to one pattern of one
 * group. The first subscription to a pattern binds it, the last one to leave unbinds it.
 */
export class SubscriptionPoint implements SubscriptionHome {
  readonly dispatcher: Dispatcher
  readonly #point: Point
  readonly #session: TransportSession
  readonly #intake: Intake
  /** The names of the handlers on each pattern, and cluster where that is given. */
  readonly #names = new Map<string, Set<string>>()
  readonly #subscriptions = new Set<BusSubscription>()

  constructor(point: Point, session: TransportSession, scope: HandlingScope) {
    this.#point = point
    this.#session = session
    this.dispatcher = new Dispatcher(point, scope)
    this.#intake = session.consume(point, this.dispatcher.receive)
  }

  /** A name for a handler on these patterns: the one given, its function's, else pattern and index. */
  nameFor(patterns: readonly string[], { name, cluster }: SubscribeSettings, functionName: string): string {
    const keys = patterns.map((pattern) => keyOf(pattern, cluster))
    if (name !== undefined) {
      if (this.#isUsed(keys, name)) throw this.#usedName(patterns, name)
      return name
    }
    const base = functionName || patterns.join(',')
    return this.#isUsed(keys, base) || !functionName ? this.#indexed(keys, base) : base
  }

  add(subscription: BusSubscription): void {
    this.#subscriptions.add(subscription)
    this.dispatcher.add(subscription)
    const { patterns, name, settings } = subscription
    for (const pattern of patterns) this.#namesOn(keyOf(pattern, settings.cluster)).add(name)
    const bindings = patterns.map((pattern) => this.#intake.bind(pattern, settings.cluster))
    const { history } = subscription
    if (history) this.#startReading(subscription, history, bindings)
    subscription.settleReady(history ? [...bindings, history.started] : bindings)
  }

  async remove(subscription: BusSubscription): Promise<void> {
    this.#subscriptions.delete(subscription)
    this.dispatcher.delete(subscription)
    const { cluster } = subscription.settings
    const orphans = subscription.patterns.filter((pattern) =>
      this.#isLastOn(keyOf(pattern, cluster), subscription.name),
    )
    for (const pattern of orphans) this.#names.delete(keyOf(pattern, cluster))
    if (this.#point.kind === 'instance')
      await Promise.all(orphans.map((pattern) => this.#intake.unbind(pattern, cluster)))
    else if (this.isEmpty) await this.#intake.stop()
    await subscription.history?.flush()
  }

  get queue(): string {
    return this.#intake.queue
  }

  statusOf(subscription: BusSubscription): SubscriptionStatus {
    const status = subscription.isSettled || this.#intake.status === 'failed' ? this.#intake.status : 'waiting'
    const ofHistory = subscription.history?.status ?? 'ready'
    return ofHistory === 'ready' || status === 'failed' ? status : ofHistory
  }

  /** Of all its subscriptions. */
  get statuses(): SubscriptionStatus[] {
    return Array.from(this.#subscriptions, ({ status }) => status)
  }

  endAll(): void {
    for (const subscription of this.#subscriptions) subscription.end()
  }

  get isEmpty(): boolean {
    return this.#subscriptions.size === 0
  }

  /** Only who holds the instance's name, and so its queue, reads for it. */
  #startReading(subscription: BusSubscription, history: HistoryReader, bindings: readonly Promise<void>[]): void {
    let isBound = false
    void Promise.allSettled(bindings).then(() => {
      isBound = true
      history.look()
    })
    history.start({
      isOpen: () => isBound && this.#intake.status === 'ready',
      deliver: (stored, redelivered) => this.#deliver(subscription, stored, redelivered),
      giveUp: (stored, deaths) => this.#giveUp(subscription, stored, deaths),
    })
  }

  async #deliver(subscription: BusSubscription, stored: StoredEvent, redelivered: boolean): Promise<boolean> {
    const { event, position } = stored
    const delivery = { event, position, redelivered, receivedAt: new Date(), attempts: 0 }
    const outcome = await this.dispatcher.receiveFor(subscription, delivery)
    return outcome.kind === 'forward' ? this.#forward(event, outcome.copies) : outcome.kind === 'ack'
  }

  #giveUp(subscription: BusSubscription, { event }: StoredEvent, deaths: number): Promise<boolean> {
    return this.#forward(event, this.dispatcher.giveUp(subscription, deaths))
  }

  async #forward(event: BusEvent, copies: readonly Copy[]): Promise<boolean> {
    const request = { event, dataJson: serializeData(event), point: this.#point, copies }
    return (await this.#session.forward(request)) === 'ack'
  }

  #namesOn(key: string): Set<string> {
    const names = this.#names.get(key) ?? new Set()
    this.#names.set(key, names)
    return names
  }

  #isLastOn(key: string, name: string): boolean {
    const names = this.#namesOn(key)
    names.delete(name)
    return names.size === 0
  }

  #isUsed(keys: readonly string[], name: string): boolean {
    return keys.some((key) => this.#names.get(key)?.has(name))
  }

  #indexed(keys: readonly string[], base: string): string {
    let index = 1
    while (this.#isUsed(keys, `${base}[${index}]`)) index++
    return `${base}[${index}]`
  }

  #usedName(patterns: readonly string[], name: string): EventBusError {
    const where = this.#point.kind === 'group' ? `group '${this.#point.group}'` : 'this instance'
    const message = `A handler named '${name}' already handles '${patterns.join(',')}' on ${where}; name this one differently`
    return new EventBusError('HANDLER_NAME_IN_USE', message)
  }
}

/** Names of clusters have no '@'. */
function keyOf(pattern: string, cluster: string | undefined): string {
  return `${pattern} @${cluster ?? ''}`
}
