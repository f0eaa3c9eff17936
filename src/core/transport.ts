import type { BusStatus, Gap, SubscriptionStatus } from './api.ts'
import type { DiscardSettings, ListSettings, RedriveSettings } from './dead-letter-options.ts'
import type { DeadLetterPage, DeadLetterReason, DiscardReport, RedriveReport } from './dead-letters.ts'
import type { BusEvent } from './event.ts'
import type { HealthSettings } from './health-options.ts'
import type { HealthCheck } from './health.ts'
import type { SessionLoad } from './load.ts'
import type { Logger } from './logger.ts'
import type { Quarantine } from './quarantine.ts'

/** Where deliveries come from: the queue of this instance, or the queue that a group shares for one pattern. */
export type Point =
  | { readonly kind: 'instance' }
  | {
      readonly kind: 'group'
      readonly group: string
      readonly pattern: string
      /** Of several clusters, the one that it handles events from. Default: all of them, each event from its home. */
      readonly cluster?: string
    }

/** One event on its way to the handlers of a point. */
export interface Delivery {
  readonly event: BusEvent
  /** Whether the transport has handed this delivery out before. */
  readonly redelivered: boolean
  readonly receivedAt: Date
  /** How often its handlers have run for this event; more than 0 on a retry. */
  readonly attempts: number
  /** The ids of the handlers that it is for; all that want it where there are none. */
  readonly handlers?: readonly string[]
  /** Whether a replay has sent it. */
  readonly replay?: boolean
  /** Its place in the event store, where it was read from there. */
  readonly position?: number
  /** The cluster that handed it out, where there are several. */
  readonly cluster?: string
  /** The event's home: of the clusters that it was published to, the one that groups handle it from. */
  readonly home?: string
  /** Whether another cluster has handed the event out before: it is only for those who subscribe to this cluster. */
  readonly isDuplicate?: boolean
}

/** What is to be done with a delivery. The core decides, the transport acts. */
export type Outcome =
  /** All handlers succeeded, or none wanted it. */
  | { readonly kind: 'ack' }
  /** Store the copies, and only then let go of the original. */
  | { readonly kind: 'forward'; readonly copies: readonly Copy[] }
  /** Handling did not start, or was cut off by `close`: hand it out again. */
  | { readonly kind: 'release' }

/** A copy of a delivery that goes elsewhere: for some of its handlers later, or for good. */
export type Copy = RetryCopy | DeadLetterCopy

interface CopyCause {
  /** The ids of the handlers that it is about; none where the event was refused before them. */
  readonly handlers: readonly string[]
  /** How often they have run. */
  readonly attempts: number
  /** The first error. */
  readonly cause: Error
}

/** Back to the same point after a while, for these handlers only. */
export interface RetryCopy extends CopyCause {
  readonly kind: 'retry'
  /** Whole seconds, in milliseconds. */
  readonly afterMs: number
}

/** Kept where people look for what could not be handled. */
export interface DeadLetterCopy extends CopyCause {
  readonly kind: 'deadLetter'
  readonly reason: DeadLetterReason
}

/** Handles one delivery. Never rejects. */
export type Receive = (delivery: Delivery) => Promise<Outcome>

/** One event to be published. */
export interface PublishRequest {
  readonly event: BusEvent
  /** The event's data as JSON, taken when `publish` was called: changes made to the data later do not matter. */
  readonly dataJson: string | undefined
  readonly options: PublishSettings
  /** Travels with the event where it goes to one or more of several clusters; see {@link Delivery.home}. */
  readonly home?: string
}

/** A scheduled event that was published since it fell due. */
export type DueEvent = Pick<PublishRequest, 'event' | 'dataJson' | 'home'>

/** One recorded event for the queue of one group, and no other. */
export interface ReplayRequest {
  readonly event: BusEvent
  readonly dataJson: string | undefined
  readonly point: Extract<Point, { readonly kind: 'group' }>
  /** Names the replay that sends it. */
  readonly replay: string
  /** Gives up when aborted: `PUBLISH_ABORTED` if the event was not sent, else `PUBLISH_UNCONFIRMED`. */
  readonly signal: AbortSignal
}

/** Copies of an event that a handler of the point got from the store and could not handle. */
export interface ForwardRequest {
  readonly event: BusEvent
  readonly dataJson: string | undefined
  readonly point: Point
  readonly copies: readonly Copy[]
}

/** `PublishOptions`, checked and complete. */
export interface PublishSettings {
  readonly timeoutMs: number
  /** Whole seconds, in milliseconds; 0 for at once. */
  readonly afterMs: number
  readonly requireRoute: boolean
  readonly signal: AbortSignal | undefined
  /** Which of several clusters; `undefined` as the policy of the bus says. */
  readonly clusters?: readonly string[]
}

/** The bus, as its transport sees it. */
export interface Member {
  readonly source: string
  readonly instance: string
  /** Whether the name is good for one process only; then the instance's queue goes with it. */
  readonly instanceIsGenerated: boolean
  readonly logger: Logger
  /** From when on the time without a connection shows in `check`. */
  readonly health: HealthSettings
  /** Where deliveries run that may have ended the process before: one at a time, whatever part of the bus they come by. */
  readonly quarantine: Quarantine
  onStatus(status: BusStatus): void
  onGap(gap: Gap): void
  /**
   * Called for each scheduled event that falls due, whoever has scheduled it, when it is published: one of the members
   * that have this is told. Not there where nobody wants to know.
   */
  readonly onDue?: ((due: DueEvent) => void) | undefined
}

/** What is carried by what, and where. */
export interface TransportInfo {
  /** `rabbitmq`, `memory`: for people in logs and health, and for traces. */
  readonly name: string
  /** What carries the events, where the name says something else: `rabbitmq`. */
  readonly system?: string | undefined
  /** The names of the clusters that it joins, where there are several. */
  readonly clusters?: readonly string[]
  /** What events are published to, where there is such a thing. */
  readonly exchange?: string | undefined
  /** The broker, where there is one, and but one. */
  readonly server?: { readonly address: string; readonly port: number } | undefined
}

/** Carries events between the buses that join it. `rabbitmq()` and `memory()` make one. */
export interface Transport extends TransportInfo {
  /** Returns at once and connects in the background. */
  join(member: Member): TransportSession
}

/** One bus on its transport. */
export interface TransportSession {
  readonly status: BusStatus
  /** Resolves at the first connection; rejects on a permanent error. */
  readonly ready: Promise<void>
  /** Resolves when the transport has taken responsibility for the event. Keeps the order of the calls. */
  publish(request: PublishRequest): Promise<void>
  /**
   * Puts a recorded event into the queue of a group, past the exchange; resolves when it is stored there. Keeps the order
   * of the calls. `PUBLISH_UNROUTABLE` where there is no such queue.
   */
  replay(request: ReplayRequest): Promise<void>
  /**
   * Stores copies as if the event had been delivered from the queue of the point. Resolves when all are stored; `release`
   * when the session closes before that.
   */
  forward(request: ForwardRequest): Promise<'ack' | 'release'>
  /** Starts to take deliveries from the point, after the current tick. One call for a point at a time. */
  consume(point: Point, receive: Receive): Intake
  readonly deadLetters: DeadLetterStore
  /** What it has in hand now and has counted since it was made; asked at every scrape. */
  load(): SessionLoad
  /** By component; settles within the limit whatever the broker does. */
  check(timeoutMs: number): Promise<Record<string, HealthCheck>>
  /** Takes no more deliveries; resolves when those in hand are settled. */
  pause(): Promise<void>
  /** Flushes and disconnects until `deadline` (ms since the epoch); answers how many events were left unconfirmed. */
  close(deadline: number): Promise<{ unconfirmedEvents: number }>
}

/** What `DeadLetters` promises, with its options checked. */
export interface DeadLetterStore {
  count(): Promise<number>
  list(settings: ListSettings): Promise<DeadLetterPage>
  redrive(settings: RedriveSettings): Promise<RedriveReport>
  discard(settings: DiscardSettings): Promise<DiscardReport>
}

/** The deliveries of one point. */
export interface Intake {
  /** What the transport calls the queue that they come from. */
  readonly queue: string
  readonly status: Exclude<SubscriptionStatus, 'ended'>
  /**
   * Resolves when events of this pattern that are published from now on reach the point; rejects on a permanent error.
   * `cluster`: from that one only, of several.
   */
  bind(pattern: string, cluster?: string): Promise<void>
  /** Resolves when no more of them arrive; while the broker is away it is done at its return. */
  unbind(pattern: string, cluster?: string): Promise<void>
  /**
   * Resolves when no more deliveries come. Those in hand are still settled, which it does not wait for: a handler may
   * be who stops it.
   */
  stop(): Promise<void>
}
