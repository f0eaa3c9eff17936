import type { Database, Row } from './database.ts'
import { MergedTypes } from './merged-types.ts'
import { atPositions, type Criteria, hasRest, restOf, type Selector, selectorsOf } from './selectors.ts'

/** Where a reading is, in the rows that its query can select. What fails is as if it had not been called. */
export interface Rows {
  /** Does a part of what is to be done before the first `next`; answers whether that was all. */
  prepare(database: Database): boolean
  /**
   * Some of the next rows, an event that is not selected being null or left out; `undefined` at the end. No more than are
   * wanted where each is selected.
   */
  next(database: Database, wanted: number): readonly Row[] | undefined
}

/** By so many large events a page can exceed its limit. */
export const rowsPerStatement = 100

/** 5 us for each. */
const typesAtOnce = 500

export function rowsOf(criteria: Criteria): Rows {
  const selectors = selectorsOf(criteria)
  const [only] = selectors
  return selectors.length === 1 && only ? followed(criteria, only) : merged(criteria)
}

/** Follows one index. */
function followed(criteria: Criteria, { key, walk }: Selector): Rows {
  const { isBackward, afterPosition, beforePosition } = criteria.query
  const isSifted = hasRest(criteria)
  const sql = (isSifted ? walk.sifted : walk.whole)[isBackward ? 'backward' : 'forward']
  const values = isSifted ? restOf(criteria, walk) : {}
  let [after, before] = [afterPosition, beforePosition]
  return {
    prepare: () => true,
    next(database, wanted) {
      const atMost = isSifted ? rowsPerStatement : Math.min(wanted, rowsPerStatement)
      const rows = database.rows(sql, { ...values, key, after, before, rows: atMost })
      const reached = rows.at(-1)?.[0]
      if (reached === undefined) return undefined
      if (isBackward) before = Number(reached)
      else after = Number(reached)
      return rows
    },
  }
}

/** Follows the indexes of several types. */
function merged(criteria: Criteria): Rows {
  const { query, types = [] } = criteria
  const isSifted = hasRest(criteria)
  const sql = (isSifted ? atPositions.sifted : atPositions.whole)[query.isBackward ? 'backward' : 'forward']
  const values = isSifted ? { ...restOf(criteria, undefined), types: null } : {}
  const merging = new MergedTypes(types, query)
  return {
    prepare: (database) => merging.prepare(database, typesAtOnce),
    next(database, wanted) {
      const positions = merging.next(database, isSifted ? rowsPerStatement : Math.min(wanted, rowsPerStatement))
      if (positions.length === 0) return undefined
      const rows = database.rows(sql, { ...values, positions: JSON.stringify(positions) })
      merging.take(positions)
      return rows
    },
  }
}
