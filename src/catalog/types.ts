import type { Handler, PublishOptions, SubscribeOptions, Subscription } from '../core/api.ts'
import type { BusEvent, EventInput } from '../core/event.ts'
import type { EventQuery } from '../core/event-store.ts'
import type { ReplayOptions, ReplayQueue, ReplayReport } from '../core/replay.ts'
import type { Catalog, Data } from './define-catalog.ts'
import type { Select } from './select.ts'

/** The `Types` of a bus without a catalog: any event type, any data. */
export type Untyped = Record<string, Data<unknown>>

/** By event type, what `publish` takes as data. */
export type Inputs<Types> = { [K in keyof Types]: Types[K] extends Data<infer In, unknown> ? In : never }

/** By event type, the event that handlers get. */
export type Events<Types> = {
  [K in keyof Types & string]: Types[K] extends Data<unknown, infer Out> ? BusEvent<K, Out> : never
}

/** The union of the events that a pattern selects; all of them where the pattern is not known to the compiler. */
export type Received<Types, P extends string> = string extends keyof Types
  ? BusEvent
  : Events<Types>[Select<P, keyof Types & string>]

/** The union of a catalog's events that match the pattern, e.g. `EventOf<typeof catalog, 'app.*'>`; all by default. */
export type EventOf<C, P extends string = '#'> = C extends Catalog<infer Types> ? Received<Types, P> : never

/** One pattern, or several in an array. */
export type Patterns = string | readonly string[]

export type PatternIn<A extends Patterns> = A extends readonly (infer P extends string)[] ? P : A & string

/** What no value is: the compiler shows it, and with it the pattern that is wrong. */
interface NoEventOfTheCatalogMatches<P extends string> {
  readonly '~pattern': P
}

/** To be intersected with the pattern's type: no demand where each pattern selects an event, else one that nothing meets. */
export type Checked<Types, A extends Patterns> = string extends keyof Types
  ? unknown
  : Dead<PatternIn<A>, keyof Types & string> extends infer P extends string
    ? [P] extends [never]
      ? unknown
      : NoEventOfTheCatalogMatches<P>
    : never

type Dead<P extends string, T extends string> = P extends P ? ([Select<P, T>] extends [never] ? P : never) : never

/** Broadcast only: a group has a queue for each pattern, and what matches two of them would be handled twice. */
export interface BroadcastOptions extends SubscribeOptions {
  readonly group?: undefined
}

/** One pattern may have a group, several may not. */
export type OptionsFor<A extends Patterns> = A extends string ? SubscribeOptions : BroadcastOptions

/** What a bus with a catalog publishes and subscribes to: the catalog's events and no others. */
export interface TypedEvents<Types = Untyped> {
  /**
   * Publishes the event and resolves with it, stamped, when the transport has taken responsibility for it. The data is
   * what the event's schema made of it. May be left unawaited: a failure never becomes an unhandled rejection.
   */
  publish<const T extends keyof Types & string>(
    event: EventInput<T, Inputs<Types>[T]>,
    options?: PublishOptions,
  ): Promise<Events<Types>[T]>

  /**
   * Calls the handler for each event that matches the pattern, or one of several, from `ready` on. The handler's event
   * is the union of what the pattern selects; a pattern that selects nothing is a compile error.
   */
  subscribe<const A extends Patterns>(
    pattern: A & Checked<Types, A>,
    handler: Handler<Received<Types, PatternIn<A>>>,
    options?: OptionsFor<A>,
  ): Subscription

  /**
   * Sends recorded events to a handler, one after the other, or to the queue of one group; never to anybody else.
   * `context.replay` is set. Resolves when all that was recorded when it began is done, or with what was done when
   * `signal` aborts. `REPLAY_STOPPED` ({@link ReplayStopped}) says how far it came before it could not go on;
   * `STORE_MISSING`, `OPTION_INVALID`, `PATTERN_INVALID`, `POSITION_UNKNOWN` and `STORE_UNAVAILABLE` that it did nothing.
   */
  replay<const A extends Patterns = '#'>(
    query: ReplayQuery<A & Checked<Types, A>>,
    target: Handler<Received<Types, PatternIn<A>>> | ReplayQueue,
    options?: ReplayOptions,
  ): Promise<ReplayReport>
}

/** An `EventQuery` whose pattern the compiler knows. */
export interface ReplayQuery<A> extends Omit<EventQuery, 'pattern'> {
  readonly pattern?: A | undefined
}

/** What a bus with a loose catalog publishes and subscribes to: the catalog's events typed, and any other. */
export interface LooseEvents<Types> {
  /** As {@link TypedEvents.publish}; an event type outside of the catalog takes any data. */
  publish<const T extends string>(
    event: EventInput<T> & (T extends keyof Types ? { readonly data: Inputs<Types>[T] } : unknown),
    options?: PublishOptions,
  ): Promise<T extends keyof Types & string ? Events<Types>[T] : BusEvent<T>>

  /** As {@link TypedEvents.subscribe}; what a pattern selects outside of the catalog is not known to the compiler. */
  subscribe<const A extends Patterns>(
    pattern: A,
    handler: Handler<LooselyReceived<Types, PatternIn<A>>>,
    options?: OptionsFor<A>,
  ): Subscription

  /** As {@link TypedEvents.replay}. */
  replay<const A extends Patterns = '#'>(
    query: ReplayQuery<A>,
    target: Handler<LooselyReceived<Types, PatternIn<A>>> | ReplayQueue,
    options?: ReplayOptions,
  ): Promise<ReplayReport>
}

/** As {@link Received} of a loose catalog, whose patterns may select what it does not have. */
export type LooselyReceived<Types, P extends string> = [Received<Types, P>] extends [never]
  ? BusEvent
  : Received<Types, P>
