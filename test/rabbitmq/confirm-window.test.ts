import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConfirmWindow } from '../../src/rabbitmq/confirm-window.ts'
import { outgoing, textsOf } from './outgoing.ts'

function windowOf(count: number): ConfirmWindow {
  const window = new ConfirmWindow()
  for (let tag = 1; tag <= count; tag++) window.add(outgoing(String(tag)))
  return window
}

test('a confirm takes its message, a multiple one all up to it', () => {
  const window = windowOf(6)
  expect(textsOf(window.take(2, false))).toEqual(['2'])
  expect(textsOf(window.take(4, true))).toEqual(['1', '3', '4'])
  expect(textsOf(window.rest())).toEqual(['5', '6'])
  expect(window.size).toBe(2)
})

test('what was confirmed before is not taken again', () => {
  const window = windowOf(3)
  window.take(2, true)
  expect(window.take(1, false)).toEqual([])
  expect(window.take(2, true)).toEqual([])
  expect(window.take(9, false)).toEqual([])
  expect([window.size, textsOf(window.rest())]).toEqual([1, ['3']])
})

test('numbers go on after all was confirmed', () => {
  const window = windowOf(2)
  window.take(2, true)
  window.add(outgoing('3'))
  expect(textsOf(window.take(3, false))).toEqual(['3'])
})

test('in whatever order confirms come, each message is taken once, by its own number', () => {
  const confirm = fc.record({ tag: fc.integer({ min: 1, max: 700 }), multiple: fc.boolean() })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 700 }), fc.array(confirm, { maxLength: 300 }), (count, confirms) => {
      const window = windowOf(count)
      const open = new Set(Array.from({ length: count }, (_, index) => index + 1))
      for (const { tag, multiple } of confirms.filter((one) => one.tag <= count)) {
        const expected = [...open].filter((one) => (multiple ? one <= tag : one === tag))
        for (const one of expected) open.delete(one)
        expect(textsOf(window.take(tag, multiple))).toEqual(expected.map(String))
        expect(window.size).toBe(open.size)
      }
      expect(textsOf(window.rest())).toEqual([...open].map(String))
    }),
    { numRuns: 50 },
  )
})
