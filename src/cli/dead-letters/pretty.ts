import type { DeadLetterInfo } from '../../core/dead-letters.ts'
import { printable, shorten } from '../printable.ts'

const gap = '  '
const unlimited = Number.POSITIVE_INFINITY
const longestCell = 40

/** Letters below each other: when, what, why, whose, the error; the id first, to be copied. */
export function letterTable(letters: readonly DeadLetterInfo[], columns: number = unlimited): string[] {
  const head = ['ID', 'FAILED AT', 'TYPE', 'REASON', 'GROUP', 'ATTEMPTS', 'ERROR']
  const rows = [head, ...letters.map(cells)]
  const widths = head.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)))
  return rows.map((row) => fitted(row, widths, columns))
}

/** One letter, all of it, line by line. */
export function letterDetails(letter: DeadLetterInfo): string[] {
  const { event, error } = letter
  const fields: [string, unknown][] = [
    ['id', letter.id],
    ['type', letter.type],
    ['event', event?.id ?? 'none: the message cannot be decoded'],
    ['source', event?.source],
    ['subject', event?.subject],
    ['reason', letter.reason],
    ['queue', letter.queue],
    ['group', letter.group],
    ['handlers', letter.handlers.join(', ') || 'all'],
    ['attempts', letter.attempts],
    ['first failed', letter.firstFailedAt],
    ['failed', letter.failedAt],
    ['instance', letter.instance],
    ['body', `${letter.bytes} bytes, ${letter.contentType ?? 'of no type'}`],
    ['data', event && JSON.stringify(event.data)],
    ['error', error && `${error.name}: ${error.message}`],
  ]
  const lines = fields.filter(([, value]) => value !== undefined)
  return [...lines.map(([name, value]) => `${name.padEnd(14)}${printable(String(value))}`), ...stackOf(letter)]
}

function cells({ id, failedAt, type, reason, group, attempts, error }: DeadLetterInfo): string[] {
  const short = [type, reason, group ?? '-', String(attempts)].map((text) => shorten(printable(text), longestCell))
  const time = failedAt?.slice(0, 19).replace('T', ' ') ?? '-'
  // The id is not cut: it is what the other actions take.
  return [printable(id), time, ...short, printable(error ? `${error.name}: ${error.message}` : '-')]
}

function fitted(row: readonly string[], widths: readonly number[], columns: number): string {
  const last = row.length - 1
  const start = row.slice(0, last).map((cell, column) => cell.padEnd(widths[column] as number))
  const line = [...start, ''].join(gap)
  return `${line}${shorten(row[last] as string, Math.max(20, columns - line.length))}`.trimEnd()
}

/** The first line of a stack is the error itself. */
function stackOf({ error }: DeadLetterInfo): string[] {
  const lines = error?.stack.split('\n').slice(1) ?? []
  return lines.map((line) => `${gap}${printable(line.trim())}`)
}
