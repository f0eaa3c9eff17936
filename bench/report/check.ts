import { readFileSync } from 'node:fs'
import { type Figure, ratioOf } from './figures.ts'
import { markdownTable } from './table.ts'

/** What one figure shall be, as a ratio to another one of the same axis. */
export interface WantedRatio {
  /** The ratio in words. */
  readonly what: string
  readonly axis: string
  readonly of: Side
  readonly to: Side
  readonly atLeast?: number
  readonly atMost?: number
}

interface Side {
  readonly contender: string
  readonly measure: string
}

export interface CheckedRatio {
  readonly wanted: WantedRatio
  /** None if one of the two figures is missing. */
  readonly measured: number | undefined
  readonly isMet: boolean
}

/** Reads a file as ratios.json is. */
export function readRatios(file: string): readonly WantedRatio[] {
  return JSON.parse(readFileSync(file, 'utf8')) as readonly WantedRatio[]
}

export function checkRatio(wanted: WantedRatio, figures: readonly Figure[]): CheckedRatio {
  const find = ({ contender, measure }: Side): Figure | undefined =>
    figures.find((one) => one.axis === wanted.axis && one.contender === contender && one.measure === measure)
  const [figure, reference] = [find(wanted.of), find(wanted.to)]
  if (!figure || !reference) return { wanted, measured: undefined, isMet: false }
  const measured = ratioOf(figure, reference)
  return { wanted, measured, isMet: measured >= (wanted.atLeast ?? 0) && measured <= (wanted.atMost ?? Infinity) }
}

export function checkTable(checked: readonly CheckedRatio[]): string {
  const rows = checked.map(({ wanted, measured, isMet }) => [
    wanted.axis,
    wanted.what,
    wanted.atLeast === undefined ? `at most ${wanted.atMost}` : `at least ${wanted.atLeast}`,
    measured?.toFixed(2) ?? '-',
    isMet ? 'yes' : 'no',
  ])
  return markdownTable(['axis', 'ratio', 'wanted', 'measured', 'ok'], rows)
}
