/** What the runs of one contender found for one measure of one axis. */
export interface Figure {
  readonly axis: string
  readonly measure: string
  readonly contender: string
  readonly median: number
  readonly min: number
  readonly max: number
  /** In the order of the runs. */
  readonly values: readonly number[]
}

export function figureOf(name: Pick<Figure, 'axis' | 'measure' | 'contender'>, values: readonly number[]): Figure {
  return { ...name, median: median(values), min: Math.min(...values), max: Math.max(...values), values }
}

/** Of an even number of values, the mean of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2
}

/**
 * How a figure compares to another one: the median of the ratios of the runs, since what else the machine does changes more
 * between runs than within one.
 */
export function ratioOf(figure: Figure, reference: Figure): number {
  if (figure.values.length !== reference.values.length) return figure.median / reference.median
  return median(figure.values.map((value, run) => value / (reference.values[run] ?? NaN)))
}
