import type { EventStore, StoredEvent } from './event-store.ts'
import type { Logger } from './logger.ts'
import type { Quarantine } from './quarantine.ts'

export interface HistoryOptions {
  /** For people: in logs and health. */
  readonly name: string
  readonly patterns: readonly string[]
  /** Behind this position, or from the first event on whose time is this or later; where there is no checkpoint. */
  readonly from: number | Date
  /** The name of its checkpoint; `undefined` for none. */
  readonly checkpoint: string | undefined
  /** The name under which it counts what ends the process; where there is a checkpoint. */
  readonly crashes: string
  /** Where what may have ended the process runs. */
  readonly quarantine: Quarantine
  /** How many events are handled at a time. */
  readonly concurrency: number
  /** How long it may take until what has arrived is recorded, too. */
  readonly recordingLimitMs: number
  readonly store: EventStore
  readonly logger: Logger
}

/** What its subscription point does for a reader. */
export interface HistoryHome {
  /** Whether this process is the one that may read for its instance, and has a connection for what fails. */
  isOpen(): boolean
  /** Handles one event; answers whether it is done for good, which it is not when the bus closes. */
  deliver(stored: StoredEvent, redelivered: boolean): Promise<boolean>
  /** Makes it a dead letter, since the process has died so often while it was handled. Answers the same. */
  giveUp(stored: StoredEvent, deaths: number): Promise<boolean>
}
