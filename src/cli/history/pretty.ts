import { styleText } from 'node:util'
import { prettyLine, type PrettyOptions } from '../tail/pretty.ts'
import type { Recorded } from './recorded.ts'

/** A recorded event as a line for a terminal: position, day, and what `tail` shows. */
export function historyLine({ position, redactedAt, event }: Recorded, { useColors, columns }: PrettyOptions): string {
  const start = `${String(position).padStart(6)}  ${localDay(event.time)} `
  const shown = redactedAt === undefined ? event : { ...event, data: `redacted ${redactedAt}` }
  const rest = prettyLine(shown, { useColors, columns: columns === undefined ? undefined : columns - start.length })
  return (useColors ? styleText('gray', start, { validateStream: false }) : start) + rest
}

/** `2026-01-31` where the terminal is; nothing for what is no time. */
export function localDay(time: string): string {
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) return ''
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
