import { styleText } from 'node:util'
import { printable, shorten } from '../printable.ts'
import { localDay } from '../history/pretty.ts'
import { localTime } from '../tail/pretty.ts'
import type { TreeLine } from './tree.ts'

export interface TraceOptions {
  readonly useColors: boolean
  /** The event that was asked for. */
  readonly id: string
}

/** Further down the depth stands as a number: a chain of hundreds would run out of the screen. */
const maxDrawnDepth = 24
const longestType = 60

/** The tree for a terminal: time, branches, type, how long after the first event, source, subject, id. */
export function traceLines(lines: readonly TreeLine[], options: TraceOptions): string[] {
  const [first] = lines
  if (!first) return []
  const firstMs = Math.min(...lines.map(({ recorded }) => Date.parse(recorded.event.time)))
  const branches = branchesOf(lines)
  const names = lines.map(
    (line, index) => `${branches[index]}${shorten(printable(line.recorded.event.type), longestType)}`,
  )
  const width = Math.max(...names.map((name) => name.length))
  const paint = (style: Style, text: string): string =>
    options.useColors ? styleText(style, text, { validateStream: false }) : text
  return [
    paint('gray', localDay(new Date(firstMs).toISOString())),
    ...lines.flatMap((line, index) => {
      const { event } = line.recorded
      const after = elapsed(Date.parse(event.time) - firstMs)
      const shown = [
        paint('gray', localTime(event.time)),
        paint('cyan', (names[index] ?? '').padEnd(width)),
        after.padStart(11),
        paint('gray', printable(event.source)),
        paint('yellow', printable(event.subject ?? '-')),
        paint(event.id === options.id ? 'bold' : 'gray', printable(event.id)),
      ].join('  ')
      const note = noteOf(line)
      return note === undefined ? [shown] : [paint('gray', `${' '.repeat(12)}  ${note}`), shown]
    }),
  ]
}

type Style = 'gray' | 'cyan' | 'yellow' | 'bold'

/** Above an event at the left edge that is not the beginning. */
function noteOf({ cause, recorded }: TreeLine): string | undefined {
  const id = printable(recorded.event.causationid ?? '')
  if (cause === 'unknown') return `caused by ${id}, which is unknown here`
  return cause === 'circular' ? `caused by ${id}, one of its own effects` : undefined
}

/** Line by line: for each level above whether something follows there, and then the branch of the event itself. */
function branchesOf(lines: readonly TreeLine[]): string[] {
  const trunk: string[] = []
  return lines.map(({ depth, isLast }) => {
    if (depth === 0) return ''
    trunk.length = depth - 1
    const start = depth > maxDrawnDepth ? `[${depth}] ` : trunk.join('')
    trunk.push(isLast ? '   ' : '│  ')
    return `${start}${isLast ? '└─ ' : '├─ '}`
  })
}

/** `+12 ms`, `+3.045 s`, `+1 min 30 s`, `+2 h 15 min`. */
export function elapsed(ms: number): string {
  if (Number.isNaN(ms)) return ''
  const sign = ms < 0 ? '-' : '+'
  const size = Math.abs(ms)
  if (size < 1_000) return `${sign}${size} ms`
  if (size < 60_000) return `${sign}${(size / 1_000).toFixed(3)} s`
  const seconds = Math.round(size / 1_000)
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${sign}${minutes} min ${seconds % 60} s`
    : `${sign}${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
