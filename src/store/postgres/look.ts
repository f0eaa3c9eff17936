import { asksForTypes, type Criteria, isTimed, type Selector, selectorOf, typesSelectorOf } from './criteria.ts'
import { positionsPerBlock } from './time-blocks.ts'
import { walks } from './walks.ts'

/** How one statement looks for events. */
export interface Look {
  readonly selector: Selector
  /** How many it is to find at the most. */
  readonly events: number
  /** How many it looks at. */
  readonly rows: number
}

/** Of so many events that are looked at one is wanted, or else they are sparse. */
const sparse = 4
const rowsOfPage = 1_000
const rowsOfSearch = 5_000
/** So many positions of several types are put in order by one statement. */
const mergedPositions = 64_000

/** How to look for the next events, by how it went before. */
export function lookFor(criteria: Criteria, events: number, isSparse: boolean): Look {
  const rows = isSparse ? rowsOfSearch : firstRows(criteria, events)
  if (isSparse && asksForTypes(criteria)) {
    const selector = typesSelectorOf(criteria)
    const rowsOfEach = Math.ceil(mergedPositions / (criteria.types?.length ?? 1))
    return { selector, events, rows: Math.min(selector.rest ? rows : events, rowsOfEach) }
  }
  const selector = selectorOf(criteria)
  return { selector, events, rows: selector.rest ? rows : events }
}

/** The first event of a time can be the last of its block. */
function firstRows({ query }: Criteria, events: number): number {
  return isTimed(query) ? positionsPerBlock + events : Math.min(sparse * events, rowsOfPage)
}

/** Whether what was wanted was sparse, by how many events were found among how many positions. */
export function wasSparse({ selector, events, rows }: Look, found: number, positions: number): boolean {
  if (selector.walk === walks.byTypes) return sparse * found < positions
  return found < events && sparse * found < rows
}
