import type { Database } from './database.ts'
import { type Criteria, positionsOfType } from './selectors.ts'

/** A type's next positions: kept as keys that rise in the direction of reading. */
interface Cursor {
  readonly type: number
  keys: readonly number[]
  /** The key behind which the next ones are. */
  reached: number
  isAtEnd: boolean
  size: number
}

const firstSize = 16
const largestSize = 512

/** Positions of events of several types in one order, whatever the number of events of other types between them. */
export class MergedTypes {
  readonly #isBackward: boolean
  /** The position that reading must not reach. */
  readonly #bound: number
  readonly #cursors: readonly Cursor[]
  #filled = 0
  #merged: readonly number[] = []
  #taken = 0

  constructor(types: readonly number[], { isBackward, afterPosition, beforePosition, limit }: Criteria['query']) {
    this.#isBackward = isBackward
    this.#bound = isBackward ? afterPosition : beforePosition
    const reached = isBackward ? -beforePosition : afterPosition
    const size = Math.min(firstSize, limit)
    this.#cursors = types.map((type) => ({ type, keys: [], reached, isAtEnd: false, size }))
  }

  /** Begins with some of the types; answers whether it has begun with all. */
  prepare(database: Database, types: number): boolean {
    for (const cursor of this.#cursors.slice(this.#filled, this.#filled + types)) {
      this.#fill(database, cursor)
      this.#filled++
    }
    return this.#filled === this.#cursors.length
  }

  /** Some of the next positions, the same until they are taken; none at the end. */
  next(database: Database, atMost: number): readonly number[] {
    if (this.#taken === this.#merged.length) this.#merge(database)
    return this.#merged.slice(this.#taken, this.#taken + atMost)
  }

  take(positions: readonly number[]): void {
    this.#taken += positions.length
  }

  /** What lies behind the last known key of a type may be in front of known keys of others: it goes no further. */
  #merge(database: Database): void {
    for (const cursor of this.#cursors) if (cursor.keys.length === 0) this.#fill(database, cursor)
    const horizon = this.#cursors.reduce(
      (least, { isAtEnd, reached }) => (isAtEnd ? least : Math.min(least, reached)),
      Infinity,
    )
    const keys = this.#cursors.flatMap((cursor) => takeUntil(cursor, horizon))
    this.#merged = keys.sort((one, other) => one - other).map(Math.abs)
    this.#taken = 0
  }

  #fill(database: Database, cursor: Cursor): void {
    if (cursor.isAtEnd) return
    const [near, far] = [Math.abs(cursor.reached), this.#bound]
    const [sql, after, before] = this.#isBackward
      ? [positionsOfType.backward, far, near]
      : [positionsOfType.forward, near, far]
    const rows = database.rows(sql, { key: cursor.type, after, before, rows: cursor.size })
    cursor.keys = rows.map(([position]) => (this.#isBackward ? -Number(position) : Number(position)))
    cursor.reached = cursor.keys.at(-1) ?? cursor.reached
    cursor.isAtEnd = rows.length < cursor.size
    cursor.size = Math.min(2 * cursor.size, largestSize)
  }
}

/** Takes the keys up to the horizon out of the cursor. */
function takeUntil(cursor: Cursor, horizon: number): readonly number[] {
  const end = cursor.keys.findIndex((key) => key > horizon)
  const taken = end === -1 ? cursor.keys : cursor.keys.slice(0, end)
  cursor.keys = end === -1 ? [] : cursor.keys.slice(end)
  return taken
}
