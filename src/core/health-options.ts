import type { HealthStatus } from './health.ts'
import { OptionReader } from './option-reader.ts'

/** From when on the time without a connection is more than a hiccup. 0: from its first moment. */
export interface HealthOptions {
  /** So long without a connection to the broker, and health warns. Default 5,000, or `failAfterMs` where that is less. */
  readonly warnAfterMs?: number | undefined
  /** So long, and it fails; not less than `warnAfterMs`. Default 30,000, or `warnAfterMs` where that is more. */
  readonly failAfterMs?: number | undefined
}

/** {@link HealthOptions}, checked and complete. */
export type HealthSettings = { readonly [K in keyof HealthOptions]-?: number }

const day = 24 * 60 * 60 * 1000

/** `owner` is the call whose option it is. Throws `OPTION_INVALID`. */
export function resolveHealthOptions(options: unknown, owner: string = 'createEventBus'): HealthSettings {
  const read = new OptionReader(`${owner}: health`, options, ['warnAfterMs', 'failAfterMs'])
  const warnAfterMs = read.duration('warnAfterMs', { default: 5_000, min: 0, max: day })
  const failAfterMs = read.duration('failAfterMs', { default: 30_000, min: 0, max: day })
  if (failAfterMs >= warnAfterMs) return { warnAfterMs, failAfterMs }
  if (!read.has('warnAfterMs')) return { warnAfterMs: failAfterMs, failAfterMs }
  if (!read.has('failAfterMs')) return { warnAfterMs, failAfterMs: warnAfterMs }
  throw read.refuse('failAfterMs', "is less than 'warnAfterMs'", 'the same, or more')
}

/** How bad it is that something has been away for so long. */
export function awayStatus(awayMs: number, { warnAfterMs, failAfterMs }: HealthSettings): HealthStatus {
  if (awayMs >= failAfterMs) return 'fail'
  return awayMs >= warnAfterMs ? 'warn' : 'pass'
}
