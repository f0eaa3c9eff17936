import type { EventBusErrorCode } from '../../core/errors.ts'

export type FindingStatus = 'pass' | 'warn' | 'fail'

/** What one check has found. Texts are for people and hold no secret. */
export interface Finding {
  /** What was looked at, e.g. `connection` or `queue:NAME`. */
  readonly check: string
  readonly status: FindingStatus
  readonly seen: string
  /** What to do about it. */
  readonly advice?: string
  /** Of the error that was met. */
  readonly code?: EventBusErrorCode
}
