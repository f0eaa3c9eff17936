import type { DeadLetters } from './dead-letters.ts'
import type { BusEvent, EventInput } from './event.ts'
import type { EventQuery } from './event-store.ts'
import type { Health, HealthCheck } from './health.ts'
import type { Logger } from './logger.ts'
import type { Measurements, RecordingMeasurements } from './measurements.ts'
import type { ReplayOptions, ReplayQueue, ReplayReport } from './replay.ts'
import type { RetryOptions } from './retry.ts'
import type { TransportInfo } from './transport.ts'

/** Handles one event. Returning settles it; throwing hands it to the retry policy. */
export type Handler<E extends BusEvent = BusEvent> = (event: E, context: Context) => Promise<void> | void

/** Publishes one event; what `bus.publish` is behind its middleware. */
export type Publish = (event: EventInput, options: PublishOptions) => Promise<BusEvent>

/** Wraps every handler, every publish, or both. The first one used is the outermost. */
export interface Middleware {
  readonly handle?: (next: Handler) => Handler
  readonly publish?: (next: Publish) => Publish
}

/** What a handler may know about the delivery in hand. */
export interface Context {
  /** 1 for the first try of this handler at this event, 2 for the first retry, and so on. */
  readonly attempt: number
  /** Whether the broker has handed this delivery out before; it may have been handled, in part or in whole. */
  readonly redelivered: boolean
  /** Whether `bus.replay` has sent the event: it may have been handled long ago. */
  readonly replay: boolean
  /** The event's place in the store, where it was read from there: by a replay to a handler, or for a subscription with `from`. */
  readonly position: number | undefined
  readonly subscription: Subscription
  /** The cluster that the delivery came from, on a bus of several. */
  readonly cluster: string | undefined
  /** When this process received the delivery. */
  readonly receivedAt: Date
  /** Aborts when the handler's `timeoutMs` has passed, and when the bus closes and can wait no longer. */
  readonly signal: AbortSignal
  /** The logger of the bus, bound to this event and handler. */
  readonly logger: Logger
}

/** How a handler takes part. */
export interface SubscribeOptions {
  /**
   * Instances with the same group and pattern share the events: one of them handles each.
   * Default: none, every instance handles every event (broadcast).
   */
  readonly group?: string | undefined
  /** Names the handler in logs, retries and dead letters. Default: the function's name, else pattern and index. */
  readonly name?: string | undefined
  /** How many events this handler works on at the same time. Default 10; 1 handles strictly in turn. */
  readonly concurrency?: number | undefined
  readonly retry?: RetryOptions | undefined
  /**
   * After so long a run counts as failed and `context.signal` aborts. A handler that ignores the signal may overlap
   * its own retry. Default 300,000: three runs in turn stay below RabbitMQ's consumer timeout of 30 minutes.
   */
  readonly timeoutMs?: number | undefined
  /**
   * Hands out what was recorded, and goes on with what is recorded from then on: all of it (`start`), what stands behind a
   * position of the store, or from the first event on whose `time` is this or later. Every event comes from the store, in its
   * order. With a `name`, how far it came is kept there under the bus's `instance`, and a restart goes on where it stopped.
   * Broadcast only; needs the bus's `store`. Default: only what is published from `ready` on, from the transport.
   */
  readonly from?: 'start' | number | Date | undefined
  /** On a bus of several clusters: only what this one hands out. Default: each event once, whichever brings it first. */
  readonly cluster?: string | undefined
}

/** How one event is published. */
export interface PublishOptions {
  /** How long the promise may stay open, outages included. Default 30,000. */
  readonly timeoutMs?: number | undefined
  /** Gives up when aborted: `PUBLISH_ABORTED` if the event was not sent, else `PUBLISH_UNCONFIRMED`. */
  readonly signal?: AbortSignal | undefined
  /**
   * Publishes the event after so long, rounded up to whole seconds; at most 2^25 seconds, over a year. The promise
   * resolves as always, when the transport has taken responsibility for it. Default: at once.
   */
  readonly afterMs?: number | undefined
  /** The same as a point in time; what is past is published at once. */
  readonly deliverAt?: Date | undefined
  /** Rejects with `PUBLISH_UNROUTABLE` if no queue wants the event. Default false. */
  readonly requireRoute?: boolean | undefined
  /** On a bus of several clusters: to all of these, or to `all`. Default: as the `publishPolicy` of the bus says. */
  readonly clusters?: readonly string[] | 'all' | undefined
}

/**
 * `waiting`: not receiving yet, or not at present; being made or restored. `ready`: receiving.
 * `failed`: cannot receive; health says why. `ended`: unsubscribed, or the bus is closed.
 */
export type SubscriptionStatus = 'waiting' | 'ready' | 'failed' | 'ended'

/** One handler on its pattern or patterns. */
export interface Subscription {
  /**
   * Resolves when every event published from now on will reach the handler. Waits through outages; rejects with a
   * `code` on permanent errors (never as an unhandled rejection).
   */
  readonly ready: Promise<void>
  /** Resolves when all that had been recorded when it started is handled; without `from` it is `ready`. */
  readonly caughtUp: Promise<void>
  readonly status: SubscriptionStatus
  /** The patterns, joined by a comma where there are several. */
  readonly pattern: string
  readonly group: string | undefined
  readonly name: string
  /** The queue that its events come from; `undefined` for the handler of a replay. */
  readonly queue: string | undefined
  /** Ends the subscription: the handler starts no more; what it runs it finishes. Can be repeated. */
  unsubscribe(): Promise<void>
}

/**
 * `connecting`: no connection yet, or lost and being restored. `open`: working. `blocked`: the broker takes no events at
 * present (a resource alarm); publishes wait. `refused`: the broker refuses this client (credentials, virtual host);
 * publishes reject with the reason. `closing`, `closed`: `close` was called.
 */
export type BusStatus = 'connecting' | 'open' | 'blocked' | 'refused' | 'closing' | 'closed'

/** Events may have been missed: the instance's queue was not there and has been made. Told before it is `ready` again. */
export interface Gap {
  readonly instance: string
  /**
   * `start`: this process has not received from the queue before, so there is only nothing to go on with. `loss`: it has, and
   * what was published until now may not have reached it: the queue was deleted, or the process was away from the broker
   * for longer than it is kept. None of both is told when the queue survived, e.g. a restart under the same `instance`.
   */
  readonly kind: 'start' | 'loss'
  readonly reason: string
}

/** What `bus.on` tells, by name. */
export interface BusListeners {
  /** The state of the connection to the broker, or of the bus's own end, has changed. */
  status: (status: BusStatus) => void
  /** Events may have been missed: what was derived from them should be built anew. On a `start` there may be nothing yet. */
  gap: (gap: Gap) => void
}

/** Says how a component is. One that throws or rejects, or has not answered after 1.8 s, fails. */
export type ComponentCheck = () => HealthCheck | Promise<HealthCheck>

/** How long `close` may take. */
export interface CloseOptions {
  /** How long running handlers, acknowledgements and unconfirmed events are waited for. Default 10,000. */
  readonly timeoutMs?: number | undefined
}

/** What was still open when the time limit of `close` passed; all zero after an orderly close. */
export interface CloseReport {
  /** Deliveries that were being handled; the broker hands them out again. */
  readonly unfinishedDeliveries: number
  /** Events that were not confirmed, sent or not; their promises rejected with a code that says which. */
  readonly unconfirmedEvents: number
  /** Events that were confirmed and that the bus's `store` is not known to have: too many waited, or time was over. */
  readonly unrecordedEvents: number
}

/** What every bus offers, whatever its catalog. */
export interface BusControl {
  /** Resolves when the bus is connected; rejects on permanent errors (never as an unhandled rejection). */
  readonly ready: Promise<void>
  readonly status: BusStatus
  /** The name of this process on the bus. */
  readonly instance: string
  /** What carries its events. */
  readonly transport: TransportInfo
  /** Where the bus tells what it cannot tell by a promise, the same at most once in 10 s; for what is built on it. */
  readonly logger: Logger
  /** Calls `listener` from now on; returns the function that ends it. Throws `OPTION_INVALID`. */
  on<K extends keyof BusListeners>(name: K, listener: BusListeners[K]): () => void
  /** Wraps publishes from now on, and the handlers of later subscriptions. Throws `OPTION_INVALID`. */
  use(middleware: Middleware): void
  /** What could not be handled: to look at, to send back, to delete. */
  readonly deadLetters: DeadLetters
  /** The state of connections, exchange and subscriptions. Answers within 2 s, also when the broker hangs. */
  healthCheck(): Promise<Health>
  /** Adds a component to `healthCheck`; returns the function that takes it away. Throws `OPTION_INVALID`. */
  addHealthCheck(name: string, check: ComponentCheck): () => void
  /** What the bus has done since it was made, and what it has in hand; for metrics. Cheap, and asks nobody. */
  measurements(): Measurements
  /** Adds what records events to `measurements`; returns the function that takes it away. */
  addRecording(name: string, measure: () => RecordingMeasurements): () => void
  /** Stops intake, lets running handlers finish, flushes acknowledgements and events, disconnects. Can be repeated. */
  close(options?: CloseOptions): Promise<CloseReport>
  [Symbol.asyncDispose](): Promise<void>
}

/** A bus without a catalog: any valid event type, any JSON data. */
export interface UntypedBus extends BusControl {
  publish(event: EventInput, options?: PublishOptions): Promise<BusEvent>
  subscribe(pattern: string | readonly string[], handler: Handler, options?: SubscribeOptions): Subscription
  replay(query: EventQuery, target: Handler | ReplayQueue, options?: ReplayOptions): Promise<ReplayReport>
}
