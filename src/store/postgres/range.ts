/** Where a reading has to look: between these two positions. */
export interface Range {
  readonly after: number
  readonly before: number
}

/** How many positions there are. */
export function lengthOf({ after, before }: Range): number {
  return Math.max(0, before - after - 1)
}

/** What is left when a reading has reached a position. */
export function behind(range: Range, reached: number, isBackward: boolean): Range {
  return isBackward ? { after: range.after, before: reached } : { after: reached, before: range.before }
}
