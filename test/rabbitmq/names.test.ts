import { describe, expect, test } from 'vitest'
import { Names } from '../../src/rabbitmq/names.ts'

const names = new Names('appserver.events')
const group = (pattern: string): string => names.queueOf({ kind: 'group', group: 'billing', pattern }, 'shop-1')

test('all names start with the name of the exchange', () => {
  expect(names.exchange).toBe('appserver.events')
  expect(names.deadLetters).toBe('appserver.events:dead-letters')
  expect(names.queueOf({ kind: 'instance' }, 'shop-1')).toBe('appserver.events:instance:shop-1')
  expect(names.lockOf('shop-1')).toBe('appserver.events:instance:shop-1:lock')
  expect(group('app.*')).toBe('appserver.events:group:billing:app.*')
})

describe('a long name', () => {
  const prefix = Buffer.byteLength(group(''))

  test('stays as it is up to 180 bytes', () => {
    const pattern = 'x'.repeat(180 - prefix)
    expect(group(pattern)).toBe(group('') + pattern)
  })

  test('ends in a hash of the whole from there on, and has 180 bytes at the most', () => {
    const [one, two] = [group('x'.repeat(250)), group(`${'x'.repeat(249)}y`)]
    expect(one).toMatch(/^appserver\.events:group:billing:x+~[0-9a-f]{32}$/)
    expect(one).toHaveLength(180)
    expect(two).not.toBe(one)
    expect(group('x'.repeat(250))).toBe(one)
  })

  test('is never cut within a character', () => {
    for (const character of ['ö', '語', '😀']) {
      for (const lead of ['', 'a', 'ab', 'abc']) {
        const name = group(lead + character.repeat(80))
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(180)
        expect(name).toMatch(new RegExp(`^appserver\\.events:group:billing:${lead}(${character})+~[0-9a-f]{32}$`, 'u'))
        expect(Buffer.from(name).toString()).toBe(name)
      }
    }
  })

  test('of an instance never meets that of its lock', () => {
    const instance = '語'.repeat(60)
    const long = new Names('e'.repeat(100))
    expect(long.queueOf({ kind: 'instance' }, instance)).not.toBe(long.lockOf(instance))
  })
})
