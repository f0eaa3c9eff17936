import type { Transport } from '../core/transport.ts'

/** How a transport lets itself be tested: its own test file gives one. */
export interface TransportHarness {
  /**
   * Makes an empty space for one case, e.g. a broker or names of its own on a shared one. What happens in one space never
   * shows in another, so that cases can run side by side.
   */
  open(): Promise<TransportSpace>
  /** How long a case waits for anything that has to happen. Default 10,000. */
  readonly deadlineMs?: number | undefined
  /**
   * How many times as fast as the system's its clock is, by which retries wait and scheduled events fall due. Default 1:
   * a broker has a clock of its own, and its cases of some seconds are meant to run side by side.
   */
  readonly speed?: number | undefined
}

/** Where the buses of one case meet. */
export interface TransportSpace {
  /** A transport into this space, for one more bus: as another process would make it. */
  transport(): Transport
  /** All dead letters of this space until now, oldest first. */
  deadLetters(): Promise<readonly DeadLetterRecord[]>
  /** Removes what the case left behind, after its buses were closed. */
  close(): Promise<void>
}

/** What must be known of an event that could not be handled. */
export interface DeadLetterRecord {
  /** The event's. */
  readonly id: string
  readonly type: string
  /** Why, e.g. `handlers-failed`. */
  readonly reason: string
  /** The handlers that failed: pattern, space, name. */
  readonly handlers: readonly string[]
  readonly attempts: number
}
