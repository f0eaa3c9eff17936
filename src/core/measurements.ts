import type { BusStatus, Gap } from './api.ts'
import type { DeadLetterReason } from './dead-letters.ts'
import type { EventBusErrorCode } from './errors.ts'
import type { Durations } from './histogram.ts'
import type { TransportLoad } from './load.ts'

/** What one bus has done since it was made, and what it has in hand now. Counts only grow. */
export interface Measurements extends TransportLoad {
  readonly status: BusStatus
  /** In the order in which the types were first seen; of more than 10,000 types the later ones count as `otherEventTypes`. */
  readonly eventTypes: ReadonlyMap<string, EventTypeCounts>
  readonly otherEventTypes: EventTypeCounts
  /** Publishes that were rejected, by the `code` of their error. */
  readonly publishErrors: ReadonlyMap<EventBusErrorCode, number>
  /** From `publish` to the transport's confirm, outages included. To the turn of the event loop. */
  readonly confirmDurations: Durations
  /** One run of one handler each. */
  readonly handlerDurations: Durations
  readonly retries: RetryCounts
  /** By reason: what this bus has given up. Letters, not handlers: one letter can be for several. */
  readonly deadLetters: Readonly<Record<DeadLetterReason, number>>
  readonly gaps: GapCounts
  /** Deliveries that are being handled, or wait for their handler's turn. */
  readonly inFlightDeliveries: number
  readonly subscriptions: SubscriptionCounts
  /** About how many events of the store each subscription with `from` has not done yet, by pattern and name. */
  readonly histories: ReadonlyMap<string, number>
  /** What records the bus's events, by the name of its health check. */
  readonly recordings: ReadonlyMap<string, RecordingMeasurements>
}

/** What has happened to events of one type. */
export interface EventTypeCounts {
  /** Confirmed by the transport. */
  readonly published: number
  /** Deliveries that a handler has run for, retries included; one delivery can be for several handlers. */
  readonly consumed: number
  /** Runs of handlers that failed. */
  readonly handlerErrors: number
}

/** What followed failed runs of handlers. */
export interface RetryCounts {
  /** At once, in this process. */
  readonly immediate: number
  /** By a copy of the event that waits on the broker. */
  readonly delayed: number
}

/** How often events may have been missed: what `bus.on('gap', ...)` tells, by kind. */
export type GapCounts = Readonly<Record<Gap['kind'], number>>

/** How many subscriptions are in each state. */
export interface SubscriptionCounts {
  readonly waiting: number
  readonly ready: number
  readonly failed: number
}

/** How far an event store is behind what it shall have. */
export interface RecordingMeasurements {
  /** Events that the store does not have yet. */
  readonly waitingEvents: number
  /** For how long the first of them has waited; 0 where none does. */
  readonly lagSeconds: number
  /** Events that the store took. */
  readonly recorded: number
  /** Appends that failed; what they were about is tried again. */
  readonly failures: number
  /** Events that the store will never have: it refuses them, or too many waited. */
  readonly notRecorded: number
}
