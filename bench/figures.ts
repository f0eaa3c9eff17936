export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

/** The median, and between which values it lies. */
export function spread(values: readonly number[], digits = 0): string {
  const sorted = [...values].sort((a, b) => a - b)
  const text = (value: number | undefined): string => (value ?? NaN).toFixed(digits)
  return `${text(median(values))} (${text(sorted[0])} to ${text(sorted.at(-1))})`
}
