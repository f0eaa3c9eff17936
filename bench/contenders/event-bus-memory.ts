import { PatternTrie } from '../../src/core/pattern-trie.ts'
import { createEventBus } from '../../src/index.ts'
import type { LocalBus, Matcher } from '../local/contender.ts'

/** This bus over its memory transport, with its defaults. */
export function open(): LocalBus {
  const bus = createEventBus({ source: 'bench' })
  return {
    subscribe: (pattern, handle) => bus.subscribe(pattern, ({ data }) => handle(data)).ready,
    publish: (type, data) => bus.publish({ type, data }),
  }
}

export function matcher(): Matcher {
  return new PatternTrie<number>()
}
