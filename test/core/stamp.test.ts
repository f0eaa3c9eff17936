import { describe, expect, test } from 'vitest'
import type { EventInput } from '../../src/core/event.ts'
import { assertInput, assertStamped, serializeData, stamp, stampEvent } from '../../src/core/stamp.ts'

const input: EventInput = { type: 'order.placed', data: { total: 1 } }

test('an event gets an id that grows with time, the time, and the source of its bus', () => {
  const [first, second] = [stamp(input, 'shop', undefined), stamp(input, 'shop', undefined)]
  expect(first).toMatchObject({ type: 'order.placed', source: 'shop', data: { total: 1 } })
  expect(first.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(second.id).not.toBe(first.id)
  expect(Math.abs(Date.parse(first.time) - Date.now())).toBeLessThan(1_000)
  expect(first.time).toMatch(/Z$/)
})

test('what the publisher gives stays', () => {
  const given = { id: 'one', time: '2001-02-03T04:05:06+01:00', source: 'elsewhere', subject: 's', dataVersion: '2' }
  const all = { ...given, correlationId: 'c', causationId: 'd', extensions: { tenant: 'acme' } }
  expect(stamp({ ...input, ...all }, 'shop', stamp(input, 'shop', undefined))).toEqual({ ...input, ...all })
})

test('attributes that are undefined are left out', () => {
  const event = stamp({ ...input, subject: undefined, extensions: undefined }, 'shop', undefined)
  expect(Object.keys(event).sort()).toEqual(['data', 'id', 'source', 'time', 'type'])
})

test('an event is frozen, and so are its extensions', () => {
  const extensions = { tenant: 'acme' }
  const event = stamp({ ...input, extensions }, 'shop', undefined)
  extensions.tenant = 'changed'
  expect(Object.isFrozen(event) && Object.isFrozen(event.extensions)).toBe(true)
  expect(event.extensions).toEqual({ tenant: 'acme' })
})

test('the event in hand is the cause; its conversation goes on, or begins with it', () => {
  const cause = stamp(input, 'shop', undefined)
  expect(stamp(input, 'shop', cause)).toMatchObject({ causationId: cause.id, correlationId: cause.id })
  const later = stamp({ ...input, correlationId: 'talk' }, 'shop', undefined)
  expect(stamp(input, 'shop', later)).toMatchObject({ causationId: later.id, correlationId: 'talk' })
})

describe('an event is refused that has', () => {
  test.for<[string, object, string]>([
    ['an empty id', { id: '' }, 'id: must be a string of 1 to 255 bytes'],
    ['an id that is a number', { id: 1 }, 'id: must be a string of 1 to 255 bytes'],
    ['an id of 256 bytes', { id: 'ö'.repeat(128) }, 'id: must be a string of 1 to 255 bytes'],
    ['an empty correlation', { correlationId: '' }, 'correlationId: must be a string of 1 to 255 bytes'],
    ['an empty subject', { subject: '' }, 'subject: must be a string that is not empty'],
    ['a time in words', { time: 'yesterday' }, 'time: must be an RFC 3339 time'],
    ['a time that does not exist', { time: '2001-13-01T00:00:00Z' }, 'time: must be an RFC 3339 time'],
    ['a time without a zone', { time: '2001-01-01T00:00:00' }, 'time: must be an RFC 3339 time'],
    ['an extension in capitals', { extensions: { Tenant: 'x' } }, 'extensions.Tenant: the name must be'],
    ['an extension that hides an attribute', { extensions: { id: 'x' } }, 'extensions.id: is an attribute of its own'],
    [
      'an extension that JSON has no number for',
      { extensions: { x: Number.NaN } },
      'extensions.x: must be a string, a finite',
    ],
    [
      'an extension that is an object',
      { extensions: { tenant: {} } },
      'extensions.tenant: must be a string, a finite number',
    ],
  ])('%s', ([, part, message]) => {
    expect(() => stamp({ ...input, ...part } as EventInput, 'shop', undefined)).toThrow(
      expect.objectContaining({ code: 'EVENT_INVALID', message: expect.stringContaining(message) }),
    )
  })

  test('several faults, and all of them are told with their paths', () => {
    expect(() => stamp({ ...input, id: '', extensions: { id: 'x' } }, 'shop', undefined)).toThrow(
      expect.objectContaining({
        issues: [expect.objectContaining({ path: ['id'] }), expect.objectContaining({ path: ['extensions', 'id'] })],
      }),
    )
  })

  test('a type with wildcards', () => {
    expect(() => stamp({ ...input, type: 'order.*' }, 'shop', undefined)).toThrow(
      expect.objectContaining({ code: 'EVENT_TYPE_INVALID' }),
    )
  })

  test('no form of an event at all', () => {
    for (const nothing of [undefined, null, 'order.placed', 1]) {
      expect(() => assertInput(nothing)).toThrow(expect.objectContaining({ code: 'EVENT_INVALID' }))
    }
  })
})

describe('data', () => {
  test('travels as JSON, and no data as none', () => {
    expect(serializeData({ type: 'a', data: { at: new Date(0), gone: undefined } })).toBe(
      '{"at":"1970-01-01T00:00:00.000Z"}',
    )
    expect(serializeData({ type: 'a', data: null })).toBe('null')
    expect(serializeData({ type: 'a', data: undefined })).toBeUndefined()
  })

  test('that JSON cannot carry is refused, without a word of its content', () => {
    const cycle: Record<string, unknown> = { password: 'hunter2' }
    cycle.self = cycle
    const thrower = { toJSON: (): never => { throw new Error('hunter3') } } // prettier-ignore
    for (const data of [cycle, 1n, { deep: [1n] }, () => {}, Symbol('x'), thrower]) {
      expect(() => serializeData({ type: 'order.placed', data })).toThrow(
        expect.objectContaining({
          code: 'EVENT_NOT_SERIALIZABLE',
          message: expect.stringMatching(/^The data of event 'order.placed' cannot be carried by JSON(?!.*hunter2)/s),
        }),
      )
    }
  })
})

test('an event can be stamped without publishing it, and is the same when it is published', () => {
  const event = stampEvent({ type: 'order.placed', data: { total: 1 }, subject: 'order-1' }, 'shop')
  expect(event).toMatchObject({ type: 'order.placed', source: 'shop', subject: 'order-1', data: { total: 1 } })
  expect(stamp(event, 'elsewhere', undefined)).toEqual(event)
  expect(() => stampEvent({ type: 'order..placed', data: 1 }, 'shop')).toThrow(
    expect.objectContaining({ code: 'EVENT_TYPE_INVALID' }),
  )
})

test('what must be whole names what is missing, and what is wrong', () => {
  const whole = stampEvent(input, 'shop')
  expect(() => assertStamped(whole)).not.toThrow()
  const { id: _id, time: _time, ...torn } = whole
  expect(() => assertStamped({ ...torn, subject: '' })).toThrow(
    expect.objectContaining({
      code: 'EVENT_INVALID',
      issues: [
        { path: ['id'], message: 'is missing' },
        { path: ['time'], message: 'is missing' },
        { path: ['subject'], message: 'must be a string that is not empty' },
      ],
    }),
  )
})
