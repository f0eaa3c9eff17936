import type { EventQuery, EventStore } from './event-store.ts'
import { PatternTrie } from './pattern-trie.ts'
import type { ReplayTarget } from './replay-options.ts'

/** As many patterns as a store takes in one query. */
const maxPatterns = 100

/** How many events of the query are for the target. */
export async function countFor(target: ReplayTarget, query: EventQuery, store: EventStore): Promise<number> {
  if (target.kind === 'handler' || query.pattern === target.pattern) return store.count(query)
  const wanted = new PatternTrie<true>()
  for (const pattern of patternsOf(query)) wanted.add(pattern, true)
  const types = (await store.types()).filter((type) => target.wants(type) && wanted.match(type).length > 0)
  let count = 0
  for (let first = 0; first < types.length; first += maxPatterns) {
    count += await store.count({ ...query, pattern: types.slice(first, first + maxPatterns) })
  }
  return count
}

function patternsOf({ pattern = '#' }: EventQuery): readonly string[] {
  return typeof pattern === 'string' ? [pattern] : pattern
}
