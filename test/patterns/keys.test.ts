import { describe, expect, test } from 'vitest'
import { isEventBusError } from '../../src/core/errors.ts'
import { assertEventType, assertPattern } from '../../src/core/pattern.ts'
import { corpus, refusedCorpus } from './corpus.ts'

function accepts(check: (key: unknown) => void, key: unknown): boolean {
  return faultOf(check, key) === undefined
}

function faultOf(check: (key: unknown) => void, key: unknown): { code: string; message: string } | undefined {
  try {
    check(key)
    return undefined
  } catch (error) {
    if (!isEventBusError(error)) throw error
    return { code: error.code, message: error.message }
  }
}

test.each(corpus)('pattern $pattern and type $type are accepted', ({ pattern, type }) => {
  expect(faultOf(assertPattern, pattern)).toBeUndefined()
  expect(faultOf(assertEventType, type)).toBeUndefined()
})

test.each(refusedCorpus)('of pattern $pattern and type $type one is refused', ({ pattern, type }) => {
  expect(accepts(assertPattern, pattern) && accepts(assertEventType, type)).toBe(false)
})

const wrongForBoth: readonly [unknown, string][] = [
  [undefined, 'it must be a string'],
  [null, 'it must be a string'],
  [7, 'it must be a string'],
  ['', 'it must not be empty'],
  ['.', 'word 1 is empty'],
  ['app.', 'word 2 is empty'],
  ['app..x', 'word 2 is empty'],
  ['w'.repeat(256), 'it has 256 bytes of UTF-8, more than 255'],
  ['ß'.repeat(128), 'it has 256 bytes of UTF-8, more than 255'],
  ['app.\ud83d', 'it holds half of a surrogate pair'],
]

describe('what is refused says why', () => {
  test.each(wrongForBoth)('%j', (key, why) => {
    expect(faultOf(assertEventType, key)).toEqual({ code: 'EVENT_TYPE_INVALID', message: expect.stringContaining(why) })
    expect(faultOf(assertPattern, key)).toEqual({ code: 'PATTERN_INVALID', message: expect.stringContaining(why) })
  })

  test.each(['*', 'app.*', '#', 'app.install*', 'a#b'])('the event type %s, for its wildcard', (type) => {
    expect(faultOf(assertEventType, type)?.message).toMatch(
      /^Event type '.*' is invalid: it holds '[*#]', which belongs to patterns$/,
    )
  })

  test.each(['app.install*', '**', 'a.##', '#x', 'app.*#'])(
    'the pattern %s, for a wildcard that is no whole word',
    (pattern) => {
      expect(faultOf(assertPattern, pattern)?.message).toContain('stand for whole words only')
    },
  )
})

test('an emoji is a whole character, and 255 bytes are not too many', () => {
  expect(accepts(assertEventType, '😀.ok')).toBe(true)
  expect(accepts(assertPattern, `${'😀'.repeat(63)}abc`)).toBe(true)
  expect(accepts(assertPattern, `${'😀'.repeat(63)}abcd`)).toBe(false)
})

test('a long key is cut short in the message', () => {
  expect(faultOf(assertEventType, 'w'.repeat(10_000))?.message.length).toBeLessThan(200)
})
