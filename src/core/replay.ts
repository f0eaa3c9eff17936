import { EventBusError } from './errors.ts'

/** The queue that a group shares for one pattern. */
export interface ReplayQueue {
  readonly group: string
  readonly pattern: string
}

/** Where a replay goes on: the report of the one that stopped says it. */
export interface ReplayPoint {
  /** Everything up to this position is done. */
  readonly position: number
  /** Positions behind it that are done already: several are under way to a queue at a time. */
  readonly ahead?: readonly number[] | undefined
  /** The last position that the replay was for: what was recorded later is not. Default: what the store has by now. */
  readonly end?: number | undefined
}

export interface ReplayOptions {
  /** Default: as fast as it goes. */
  readonly ratePerSecond?: number | undefined
  /** Ends the replay early; it resolves with what was done. What was under way is waited for, a few seconds if need be. */
  readonly signal?: AbortSignal | undefined
  /** Called after each event. */
  readonly onProgress?: ((progress: ReplayProgress) => void) | undefined
  /** Goes on where another one stopped: its report, or a position up to which everything is done. */
  readonly resumeFrom?: number | ReplayPoint | undefined
  /** Only counts. Default false. */
  readonly dryRun?: boolean | undefined
}

/** How far a replay has come. */
export interface ReplayProgress {
  /** Events of the query that were not done when it began. */
  readonly total: number
  /** Handled, or stored in the queue. */
  readonly replayed: number
  /** Of the query, and not of the pattern of the queue. */
  readonly skipped: number
  /** Everything up to this position is done. */
  readonly position: number
}

export interface ReplayReport extends ReplayProgress, ReplayPoint {
  readonly ahead: readonly number[]
  readonly end: number
  /** Whether it came to its end. */
  readonly isComplete: boolean
}

/** A replay that could not go on. `resumeFrom: error.report` goes on where it stopped; the cause tells why it did. */
export class ReplayStopped extends EventBusError {
  readonly report: ReplayReport

  constructor(message: string, report: ReplayReport, cause: unknown) {
    super('REPLAY_STOPPED', message, { cause })
    this.report = report
  }
}
