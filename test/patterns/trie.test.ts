import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PatternTrie } from '../../src/core/pattern-trie.ts'
import { eventType, pattern } from './arbitraries.ts'
import { corpus, refusedCorpus } from './corpus.ts'
import { matchesByDefinition } from './reference.ts'

function trieOf(patterns: readonly string[]): PatternTrie<string> {
  const trie = new PatternTrie<string>()
  for (const one of patterns) trie.add(one, one)
  return trie
}

const all = [...corpus, ...refusedCorpus]
const allPatterns = [...new Set(all.map((one) => one.pattern))]
const allTypes = [...new Set(all.map((one) => one.type))]

describe('which patterns match', () => {
  test('the corpus is large enough to mean something', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(60)
    expect(corpus.some(({ matches }) => !matches)).toBe(true)
  })

  test.each(all)('$pattern and $type: $matches', ({ pattern, type, matches }) => {
    expect(trieOf([pattern]).match(type)).toEqual(matches ? [pattern] : [])
    expect(matchesByDefinition(pattern, type)).toBe(matches)
  })

  test('all patterns of the corpus in one trie, against every type of it', () => {
    const trie = trieOf(allPatterns)
    for (const type of allTypes) {
      expect(trie.match(type), type).toEqual(allPatterns.filter((one) => matchesByDefinition(one, type)))
    }
  })

  test('any patterns together match what each matches by definition, in order of adding', () => {
    const patterns = fc.uniqueArray(pattern, { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(patterns, fc.array(eventType, { minLength: 1 }), (added, types) => {
        const trie = trieOf(added)
        for (const type of types) {
          expect(trie.match(type)).toEqual(added.filter((one) => matchesByDefinition(one, type)))
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('what is found', () => {
  test('values come in order of adding, whatever the kind of their pattern', () => {
    const trie = new PatternTrie<number>()
    ;['#', 'app.installed', 'app.*', 'app.installed', '*.#'].forEach((one, index) => trie.add(one, index))
    expect(trie.match('app.installed')).toEqual([0, 1, 2, 3, 4])
  })

  test('a value comes once for each of its patterns, however often it was added and however many ways `#` matches', () => {
    const trie = new PatternTrie<string>()
    for (const one of ['#.#.#', '#.#.#', 'a.#', 'a.a.a']) trie.add(one, 'value')
    expect(trie.match('a.a.a')).toEqual(['value', 'value', 'value'])
    expect(trie.match('b.b')).toEqual(['value'])
  })

  test('what was asked before is answered anew after a pattern came or went', () => {
    const trie = trieOf(['app.*'])
    expect(trie.match('app.x')).toEqual(['app.*'])
    trie.add('#', '#')
    expect(trie.match('app.x')).toEqual(['app.*', '#'])
    trie.delete('app.*', 'app.*')
    expect(trie.match('app.x')).toEqual(['#'])
  })

  test('an answer does not change when the patterns do', () => {
    const trie = trieOf(['app.*'])
    const before = trie.match('app.x')
    trie.add('app.x', 'app.x')
    trie.delete('app.*', 'app.*')
    expect(before).toEqual(['app.*'])
  })
})

describe('deletion', () => {
  test('a trie after any additions and deletions is the trie of what is left', () => {
    const change = fc.record({ pattern, value: fc.nat(2), add: fc.boolean() })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), fc.array(eventType, { minLength: 1 }), (changes, types) => {
        const trie = new PatternTrie<number>()
        const left = new Map<string, { pattern: string; value: number }>()
        for (const { pattern, value, add } of changes) {
          const key = `${value} ${pattern}`
          if (add) trie.add(pattern, value)
          else expect(trie.delete(pattern, value)).toBe(left.has(key))
          if (!add) left.delete(key)
          else if (!left.has(key)) left.set(key, { pattern, value })
        }
        for (const type of types) {
          const expected = [...left.values()].filter((one) => matchesByDefinition(one.pattern, type))
          expect(trie.match(type)).toEqual(expected.map(({ value }) => value))
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('deleting what is not there changes nothing', () => {
    const trie = trieOf(['a.*.b', 'a'])
    for (const absent of ['a.*', 'a.*.b.c', 'x', 'x.#', '', '#']) expect(trie.delete(absent, absent)).toBe(false)
    expect(trie.delete('a.*.b', 'another value')).toBe(false)
    expect(trie.match('a.x.b')).toEqual(['a.*.b'])
    expect(trie.match('a')).toEqual(['a'])
  })

  test('patterns that came and went leave no memory behind', () => {
    const collectGarbage = garbageCollector()
    const trie = new PatternTrie<number>()
    comeAndGo(trie, 1_000)
    collectGarbage()
    const before = process.memoryUsage().heapUsed
    comeAndGo(trie, 100_000)
    collectGarbage()
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(2_000_000)
  })
})

describe('cost', () => {
  test('`#` again and again does not blow up', () => {
    const deep = Array.from({ length: 30 }, (_, count) => `${'#.*.'.repeat(count)}#.a`)
    const trie = trieOf([...deep, Array(64).fill('#').join('.'), `${'a.#.'.repeat(63)}b`])
    const startedAt = performance.now()
    expect(trie.match(Array(128).fill('a').join('.'))).toHaveLength(31)
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })

  test('100,000 patterns answer as one by one, and a match costs no more than with few', () => {
    const patterns = Array.from({ length: 100_000 }, (_, index) => shaped(index))
    const trie = trieOf(patterns)
    for (const index of [0, 1, 2, 3, 99_996, 99_997, 99_998, 99_999]) {
      expect(trie.match(`tenant${index}.app.installed`)).toContain(patterns[index])
    }
    expect(trie.match('tenant0.app.installed')).toEqual(
      patterns.filter((one) => matchesByDefinition(one, 'tenant0.app.installed')),
    )
    // Each type is new, so that none is remembered. One by one this would take minutes.
    const startedAt = performance.now()
    for (let index = 0; index < 10_000; index++) trie.match(`tenant${index}.app.x${index}`)
    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })

  test('a pattern may have more values than a call may have arguments', () => {
    const trie = new PatternTrie<number>()
    for (let value = 0; value < 200_000; value++) trie.add(value % 2 ? '#' : 'a', value)
    expect(trie.match('a')).toHaveLength(200_000)
  })
})

function shaped(index: number): string {
  return [`tenant${index}.app.installed`, `tenant${index}.*.installed`, `tenant${index}.#`, `#.tenant${index}.#`][
    index % 4
  ]!
}

function comeAndGo(trie: PatternTrie<number>, count: number): void {
  for (let index = 0; index < count; index++) {
    const patterns = [`exact.${index}`, `a.${index}.*`, `${index}.#.b`]
    for (const one of patterns) trie.add(one, index)
    expect(trie.match(`a.${index}.c`).length).toBe(1)
    for (const one of patterns) trie.delete(one, index)
  }
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}
