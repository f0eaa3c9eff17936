import type { Handler, Subscription, SubscriptionStatus } from './api.ts'
import { EventBusError, type EventBusErrorCode } from './errors.ts'
import type { HistoryReader } from './history-reader.ts'
import { Limiter } from './limiter.ts'
import type { SubscribeSettings } from './options.ts'
import { neverUnhandled } from './settled.ts'

/** What a subscription asks of the point that it is on. */
export interface SubscriptionHome {
  readonly queue: string | undefined
  statusOf(subscription: BusSubscription): SubscriptionStatus
  remove(subscription: BusSubscription): Promise<void>
}

/** One handler on one subscription point. */
export class BusSubscription implements Subscription {
  readonly ready: Promise<void>
  readonly caughtUp: Promise<void>
  /** Reads its events from the store; `undefined` where they come from the queue. */
  readonly history: HistoryReader | undefined
  readonly patterns: readonly string[]
  readonly group: string | undefined
  readonly name: string
  readonly handle: Handler
  readonly settings: SubscribeSettings
  /** Bounds the events that the handler works on at the same time. */
  readonly limiter: Limiter
  readonly #home: SubscriptionHome
  readonly #ready = Promise.withResolvers<void>()
  #isSettled = false
  #ended: Promise<void> | undefined

  constructor(
    home: SubscriptionHome,
    patterns: readonly string[],
    handle: Handler,
    settings: SubscribeSettings,
    name: string,
    history?: HistoryReader,
  ) {
    this.#home = home
    this.patterns = patterns
    this.handle = handle
    this.settings = settings
    this.group = settings.group
    this.name = name
    this.limiter = new Limiter(settings.concurrency)
    this.history = history
    this.ready = neverUnhandled(this.#ready.promise)
    this.caughtUp = history?.caughtUp ?? this.ready
  }

  get pattern(): string {
    return this.patterns.join(',')
  }

  get queue(): string | undefined {
    return this.#home.queue
  }

  /** Names the handler among all of one queue: in retries and dead letters. */
  get id(): string {
    const { cluster } = this.settings
    return cluster === undefined ? `${this.pattern} ${this.name}` : `${this.pattern} ${this.name} @${cluster}`
  }

  /**
   * Whether `ready` has settled; from then on its status is that of its point. What was refused once is bound with the rest
   * as soon as the point can be, so it gets ready, too.
   */
  get isSettled(): boolean {
    return this.#isSettled
  }

  get ended(): boolean {
    return this.#ended !== undefined
  }

  get status(): SubscriptionStatus {
    return this.ended ? 'ended' : this.#home.statusOf(this)
  }

  /** Settles `ready` as the bindings of all its patterns settle. */
  settleReady(bindings: readonly Promise<void>[]): void {
    const settled = Promise.all(bindings).finally(() => (this.#isSettled = true))
    void settled.then(() => this.#ready.resolve(), this.#ready.reject)
  }

  unsubscribe(): Promise<void> {
    this.#ended ??= this.#leave()
    return this.#ended
  }

  /** Ends it without a word to the transport, which is going away itself. */
  end(): void {
    this.#ended ??= Promise.resolve()
    this.#stopHandling('BUS_CLOSED', `The bus was closed before the subscription '${this.id}' was ready`)
  }

  async #leave(): Promise<void> {
    this.#stopHandling('SUBSCRIPTION_ENDED', `The subscription '${this.id}' was ended before it was ready`)
    await this.#home.remove(this)
  }

  #stopHandling(code: EventBusErrorCode, message: string): void {
    this.limiter.close()
    this.history?.stop()
    this.#ready.reject(new EventBusError(code, message))
  }
}
