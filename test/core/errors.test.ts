import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { asError, EventBusError, isEventBusError } from '../../src/core/errors.ts'

test('an error is told by its code', () => {
  const error = new EventBusError('BUS_CLOSED', 'too late')
  expect(isEventBusError(error)).toBe(true)
  expect([isEventBusError(error, 'BUS_CLOSED'), isEventBusError(error, 'BROKER_ERROR')]).toEqual([true, false])
  expect(isEventBusError({ code: 'BUS_CLOSED' })).toBe(false)
})

test('the event that it is about is carried, and not printed', () => {
  const event = { data: { password: 'hunter2' } }
  const error = new EventBusError('BUS_CLOSED', 'too late').about(event)
  expect(error.event).toBe(event)
  expect(inspect(error) + JSON.stringify(error)).not.toContain('hunter2')
})

test('whatever was thrown becomes an error', () => {
  const error = new TypeError('x')
  expect(asError(error)).toBe(error)
  const thrower = { toString: (): never => asThrown() }
  const things = ['text', undefined, null, 1, Symbol('s'), Object.create(null), thrower]
  for (const thing of things) expect(asError(thing)).toBeInstanceOf(Error)
  expect(asError('text').message).toBe('text')
})

function asThrown(): never {
  throw new Error('no text')
}
