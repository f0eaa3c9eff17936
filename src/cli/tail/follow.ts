import type { Printer } from './printer.ts'

/** What is followed, and until when. */
export interface FollowOptions {
  readonly patterns: readonly string[]
  readonly printer: Printer
  /** Ends it. */
  readonly signal: AbortSignal
  readonly timeoutMs: number
  /** Called when every event published from now on will be written. */
  readonly onReady: () => void
}
