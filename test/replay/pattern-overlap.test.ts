import fc from 'fast-check'
import { expect, test } from 'vitest'
import { patternsOverlap } from '../../src/core/pattern-overlap.ts'
import { PatternTrie } from '../../src/core/pattern-trie.ts'

/** Every type of one to four words of two. A pattern of three words that matches any type matches one of these, or `c`. */
const types = [1, 2, 3, 4].flatMap((length) =>
  Array.from({ length: 3 ** length }, (_, number) =>
    Array.from({ length }, (_one, place) => 'abc'[Math.floor(number / 3 ** place) % 3]).join('.'),
  ),
)

function matches(pattern: string): Set<string> {
  const trie = new PatternTrie<true>()
  trie.add(pattern, true)
  return new Set(types.filter((type) => trie.match(type).length > 0))
}

const pattern = fc
  .array(fc.constantFrom('a', 'b', '*', '#'), { minLength: 1, maxLength: 3 })
  .map((words) => words.join('.'))

test('two patterns overlap exactly where an event type matches both', () => {
  fc.assert(
    fc.property(pattern, pattern, (one, other) => {
      const ofOther = matches(other)
      const both = [...matches(one)].filter((type) => ofOther.has(type))
      expect(patternsOverlap(one, other)).toBe(both.length > 0)
      expect(patternsOverlap(other, one)).toBe(both.length > 0)
    }),
    { numRuns: 2_000 },
  )
})
