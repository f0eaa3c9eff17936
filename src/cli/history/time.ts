import { parseTime } from '../../core/stamp.ts'
import type { Arguments } from '../arguments.ts'
import { UsageError } from '../failure.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const units: Readonly<Record<string, number>> = { s: second, m: minute, h: hour, d: day, w: 7 * day }

/** A time as people write it, as RFC 3339: one of those, a day where the terminal is, or how long ago it was. */
export function readTime<N extends string>(args: Arguments<N>, name: N, now: number = Date.now()): string | undefined {
  const text = args.text(name)
  if (text === undefined) return undefined
  const timeMs = parseTime(text) ?? startOfDay(text) ?? ago(text, now)
  if (timeMs !== undefined) return new Date(timeMs).toISOString()
  throw new UsageError(
    `${args.label(name)} must be a time (2026-01-31T12:00:00Z), a day (2026-01-31) or how long ago (90s, 15m, 2h, 7d, 1w)`,
  )
}

function startOfDay(text: string): number | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)?.map(Number) ?? []
  if (year === undefined || month === undefined || date === undefined) return undefined
  const start = new Date(year, month - 1, date)
  // The 31st of a month that has 30 days would be the 1st of the next.
  return start.getMonth() === month - 1 && start.getDate() === date ? start.getTime() : undefined
}

function ago(text: string, now: number): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? []
  return count === undefined ? undefined : now - Number(count) * (units[unit] ?? 0)
}
