import { styleText } from 'node:util'
import { printable, shorten } from '../printable.ts'

/** What a line shows of an event. */
export interface Shown {
  readonly time: string
  readonly type: string
  readonly source: string
  readonly subject?: string | undefined
  readonly data?: unknown
}

export interface PrettyOptions {
  readonly useColors: boolean
  /** The terminal's width; longer data is cut. */
  readonly columns: number | undefined
}

/** From this width on the columns stand below each other. */
const wideColumns = 110
const widths = { type: 28, source: 16, subject: 14 }
const shortestData = 20

/** One event as a line for a terminal: local time, type, source, subject, data. */
export function prettyLine(event: Shown, { useColors, columns = Number.POSITIVE_INFINITY }: PrettyOptions): string {
  const cell = (text: string, width: number): string => printable(text).padEnd(columns < wideColumns ? 0 : width)
  const parts: [Style, string][] = [
    ['gray', localTime(event.time)],
    ['cyan', cell(event.type, widths.type)],
    ['gray', cell(event.source, widths.source)],
    ['yellow', cell(event.subject ?? '-', widths.subject)],
  ]
  const room = columns - parts.reduce((sum, [, text]) => sum + text.length + gap.length, 0)
  const data = shorten(compact(event.data), Math.max(shortestData, room))
  const paint = ([style, text]: [Style, string]): string =>
    useColors ? styleText(style, text, { validateStream: false }) : text
  return [...parts.map(paint), data].join(gap).trimEnd()
}

const gap = '  '

type Style = 'gray' | 'cyan' | 'yellow'

function compact(data: unknown): string {
  return data === undefined ? '' : printable(JSON.stringify(data))
}

/** `10:45:04.123` where the terminal is; what is no time as it came. */
export function localTime(time: string): string {
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) return printable(time)
  const two = (value: number): string => String(value).padStart(2, '0')
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`
}
