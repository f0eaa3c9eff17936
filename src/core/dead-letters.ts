import type { BusEvent } from './event.ts'

/**
 * `handlers-failed`: no attempts are left, or the error cannot pass. `rejected`: a handler threw `DeadLetter`.
 * `handlers-gone`: a retry was for handlers that are not there any more. `invalid`: refused by the catalog on arrival.
 * `undecodable`: no event at all. `delivery-limit`: its handlers ended their process again and again, which for what lies in
 * a queue the broker finds.
 */
export type DeadLetterReason =
  'handlers-failed' | 'rejected' | 'handlers-gone' | 'invalid' | 'undecodable' | 'delivery-limit'

/**
 * What brought a dead letter here. Beside what the bus decides: `destination-gone`, the queue that it waited for was
 * deleted meanwhile; `unknown`, somebody else put it here.
 */
export type DeadLetterCause = DeadLetterReason | 'destination-gone' | 'unknown'

/** One event that could not be handled. */
export interface DeadLetterInfo {
  /** The letter's own; one event can have several letters, for several queues and handlers. */
  readonly id: string
  /** `undefined` where the message is no event. */
  readonly event: BusEvent | undefined
  /** The event's type; of what is no event, the routing key that it was published with. */
  readonly type: string
  readonly contentType: string | undefined
  /** The size of its body. */
  readonly bytes: number
  readonly reason: DeadLetterCause
  /** Where it was, and where `redrive` sends it. */
  readonly queue: string
  readonly group: string | undefined
  /** The handlers that failed; none where all of the queue are meant. */
  readonly handlers: readonly string[]
  /** The first error of the last attempt. */
  readonly error: DeadLetterError | undefined
  /** How often its handlers have run. */
  readonly attempts: number
  /** RFC 3339, where it is known. */
  readonly firstFailedAt: string | undefined
  readonly failedAt: string | undefined
  /** The instance that gave it up, where it is known. */
  readonly instance: string | undefined
}

export interface DeadLetterError {
  readonly name: string
  readonly message: string
  readonly stack: string
}

/** Which letters: those to which all that is given applies. */
export interface DeadLetterFilter {
  /** Of events of these types. */
  readonly pattern?: string | undefined
  readonly group?: string | undefined
  readonly reason?: DeadLetterCause | undefined
  readonly ids?: readonly string[] | undefined
}

/** A filter that says something, or `{ all: true }`: nobody means every letter by saying nothing. */
export interface DeadLetterChoice extends DeadLetterFilter {
  readonly all?: true | undefined
}

export interface DeadLetterListOptions extends DeadLetterFilter {
  /** How many at the most, 1 to 10,000. Default 100. */
  readonly limit?: number | undefined
  /** `next` of the page before. */
  readonly after?: string | undefined
}

export interface DeadLetterPage {
  /** Oldest first. */
  readonly letters: readonly DeadLetterInfo[]
  /** How many the filter applies to, those of other pages included. */
  readonly total: number
  /** What `after` takes; `undefined` on the last page. */
  readonly next: string | undefined
}

/** How far a run has come. */
export interface DeadLetterProgress {
  /** Letters that were looked at, and how many there were at the start. */
  readonly looked: number
  readonly total: number
  /** Redriven, or discarded. */
  readonly done: number
  readonly failed: number
}

export interface DiscardOptions {
  /** Ends the run early; it resolves with what was done. */
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: DeadLetterProgress) => void) | undefined
}

export interface RedriveOptions extends DiscardOptions {
  /** Default: as fast as it goes. */
  readonly ratePerSecond?: number | undefined
}

/** A letter that could not be redriven and stays. */
export interface RedriveFailure {
  readonly id: string
  readonly queue: string
  /** `PUBLISH_UNROUTABLE`: its queue is gone. Else what the broker has against it. */
  readonly code: string
  readonly message: string
}

export interface RedriveReport {
  readonly redriven: number
  readonly failures: readonly RedriveFailure[]
  /** Chosen, seen, and still there: the failures, and what an abort left undone. */
  readonly left: number
  /** Of `ids`, those that were not found. */
  readonly missing: readonly string[]
}

export interface DiscardReport {
  readonly discarded: number
  /** Of `ids`, those that were not found. */
  readonly missing: readonly string[]
}

/**
 * Events that could not be handled, of all instances. Nothing is lost if the process dies in the middle of any of these.
 * While one process looks through the letters, others do not see those that it has in hand.
 */
export interface DeadLetters {
  /** How many letters there are. */
  count(): Promise<number>
  /** Looks through all letters and leaves them where they are. */
  list(options?: DeadLetterListOptions): Promise<DeadLetterPage>
  /**
   * Sends letters back to the queue that each came from, for the handlers that failed, with attempts counted anew. Each
   * goes when its copy is confirmed. Those that come meanwhile are left alone, redriven ones that failed again included.
   * Rejects when the broker cannot be reached; what was not redriven by then is still there.
   */
  redrive(choice: DeadLetterChoice, options?: RedriveOptions): Promise<RedriveReport>
  /** Deletes letters for good; not those that come meanwhile. */
  discard(choice: DeadLetterChoice, options?: DiscardOptions): Promise<DiscardReport>
}
