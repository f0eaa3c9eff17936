import type { ReplayPoint } from '../../core/replay.ts'
import { UsageError } from '../failure.ts'

/** Where a replay goes on, on the command line: `16/500`, up to 16 done and 500 the last; `16+18+20-24/500`, these as well. */
export function showPoint({ position, ahead = [], end }: ReplayPoint): string {
  const done = rangesOf(ahead).map(([first, last]) => (first === last ? `+${first}` : `+${first}-${last}`))
  return `${position}${done.join('')}${end === undefined ? '' : `/${end}`}`
}

export function readPoint(text: string): ReplayPoint {
  const [, position, ranges = '', end] = /^(\d{1,15})((?:\+\d{1,15}(?:-\d{1,15})?)*)(?:\/(\d{1,15}))?$/.exec(text) ?? []
  if (position === undefined) throw new UsageError('--resume-from must be what a replay that stopped has said')
  const ahead = ranges.split('+').slice(1).flatMap(positionsOf)
  return { position: Number(position), ahead, end: end === undefined ? undefined : Number(end) }
}

/** Runs of positions that follow each other. */
function rangesOf(positions: readonly number[]): [number, number][] {
  const ranges: [number, number][] = []
  for (const position of positions) {
    const last = ranges.at(-1)
    if (last && last[1] === position - 1) last[1] = position
    else ranges.push([position, position])
  }
  return ranges
}

/** More than a replay has under way at a time. */
const maxRange = 100_000

function positionsOf(range: string): number[] {
  const [first = 0, last = first] = range.split('-').map(Number)
  if (last < first || last - first > maxRange) throw new UsageError(`--resume-from: '${range}' is no range`)
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
