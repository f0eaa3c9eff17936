import type { StoredEvent } from '../../core/event-store.ts'
import { neverUnhandled } from '../../core/settled.ts'
import type { QuerySettings } from '../driver.ts'
import { selectTypes } from '../query.ts'
import { type Criteria, type Selector, selectorOf } from './criteria.ts'
import type { Database } from './database.ts'
import { Dictionary, loadSourcesSql, loadTypesSql } from './dictionary.ts'
import { type Look, lookFor, wasSparse } from './look.ts'
import { behind, lengthOf, type Range } from './range.ts'
import { StoredEvents } from './stored-event.ts'
import { skipBlocks } from './time-blocks.ts'

/** What one page holds at the most; a larger event comes alone. */
const pageLimits = { events: 1_000, bytes: 1_048_576 }
const rowsOfCount = 20_000

/** Where a reading is. */
interface Place {
  readonly range: Range
  /** How many events it is still to give. */
  readonly left: number
  /** Whether what it looks for was rare among what it looked at. */
  readonly isSparse: boolean
}

/** A page that is not empty, and where the reading is behind it. */
interface Page {
  readonly events: readonly StoredEvent[]
  readonly behind: Place
}

export class Reader {
  readonly #database: Database
  readonly #types: Dictionary
  readonly #sources: Dictionary

  constructor(database: Database) {
    this.#database = database
    this.#types = new Dictionary(database, loadTypesSql)
    this.#sources = new Dictionary(database, loadSourcesSql)
  }

  async *pages(query: QuerySettings): AsyncGenerator<readonly StoredEvent[]> {
    const criteria = await this.#plan(query)
    if (!criteria) return
    const range = await skipBlocks(this.#database, query, rangeOf(query))
    const start = { range, left: query.limit, isSparse: false }
    let coming = this.#find(criteria, start)
    for (;;) {
      const page = await coming
      if (!page) return
      // The server looks for the next page while the reader is busy with this one.
      coming = neverUnhandled(this.#find(criteria, page.behind))
      yield page.events
    }
  }

  async count(query: QuerySettings): Promise<number> {
    const criteria = await this.#plan(query)
    if (!criteria) return 0
    let count = 0
    for (const one of eachTypeOf(criteria)) count += await this.#count(selectorOf(one), query)
    return count
  }

  async types(): Promise<readonly string[]> {
    return [...(await this.#types.refresh()).keys()]
  }

  /** The next page; `undefined` at the end. */
  async #find(criteria: Criteria, { range, left, isSparse }: Place): Promise<Page | undefined> {
    const { query } = criteria
    while (left > 0 && lengthOf(range) > 0) {
      const look = lookFor(criteria, Math.min(left, pageLimits.events), isSparse)
      const { events, reached } = await this.#look(look, range, query.isBackward)
      if (reached === undefined) return undefined
      const rest = behind(range, reached, query.isBackward)
      isSparse = wasSparse(look, events.length, lengthOf(range) - lengthOf(rest))
      if (events.length > 0) return { events, behind: { range: rest, left: left - events.length, isSparse } }
      range = await skipBlocks(this.#database, query, rest)
    }
    return undefined
  }

  /** Looks once. Answers what it found, and the last position that it looked at, if there was one. */
  async #look(
    { selector: { walk, key, rest }, events, rows }: Look,
    { after, before }: Range,
    isBackward: boolean,
  ): Promise<{ readonly events: readonly StoredEvent[]; readonly reached: number | undefined }> {
    const sql = (rest ? walk.sifted : walk.whole)[isBackward ? 'backward' : 'forward']
    const values = [key, after, before, rows, ...(rest ?? []), events, pageLimits.bytes]
    const found = await this.#database.rows(sql, values)
    const reached = found.at(-1)?.[0]
    const make = new StoredEvents()
    return {
      events: found.filter(([, , , json]) => json !== null).map((row) => make.of(row)),
      reached: reached === undefined ? undefined : Number(reached),
    }
  }

  async #count({ walk, key, rest }: Selector, query: QuerySettings): Promise<number> {
    let count = 0
    let range = await skipBlocks(this.#database, query, rangeOf(query))
    while (lengthOf(range) > 0) {
      const values = [key, range.after, range.before, rowsOfCount, ...(rest ?? [])]
      const row = await this.#database.first(rest ? walk.countSifted : walk.count, values)
      const [found, reached] = row ?? []
      if (typeof reached !== 'string') break
      count += Number(found)
      const left = behind(range, Number(reached), false)
      range = found === '0' ? await skipBlocks(this.#database, query, left) : left
    }
    return count
  }

  /** Says in the numbers of the schema what a query asks for; `undefined` where no event can be what it asks for. */
  async #plan(query: QuerySettings): Promise<Criteria | undefined> {
    const source = query.source === undefined ? undefined : (await this.#sources.refresh()).get(query.source)
    if (query.source !== undefined && source === undefined) return undefined
    const types = query.patterns && (await this.#typesOf(query.patterns))
    return types === 'none' ? undefined : { query, source, types: types === 'all' ? undefined : types }
  }

  /** Types that were added after the query began have no event that it can give. */
  async #typesOf(patterns: readonly string[]): Promise<readonly number[] | 'all' | 'none'> {
    const known = await this.#types.refresh()
    const candidates = Array.from(known, ([type, number]) => ({ type, number }))
    const selected = selectTypes(patterns, candidates)
    if (selected.length === 0) return 'none'
    return selected.length === candidates.length ? 'all' : selected.map(({ number }) => number)
  }
}

function rangeOf({ afterPosition, beforePosition }: QuerySettings): Range {
  return { after: afterPosition, before: beforePosition }
}

/** One by one where several types are asked for. */
function eachTypeOf(criteria: Criteria): Criteria[] {
  return criteria.types?.map((type) => ({ ...criteria, types: [type] })) ?? [criteria]
}
