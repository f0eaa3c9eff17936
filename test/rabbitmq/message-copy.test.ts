import { describe, expect, test } from 'vitest'
import type { BusEvent } from '../../src/core/event.ts'
import type { Copy } from '../../src/core/transport.ts'
import { type CopyOrigin, copyProperties, readCopy, withoutJourney } from '../../src/rabbitmq/message-copy.ts'
import { message } from './message.ts'

let made = 0
const origin: CopyOrigin = { queue: 'e:instance:shop-1', point: { kind: 'instance' }, instance: 'shop-1' }
const cause = new TypeError('no price')
const retry: Copy = { kind: 'retry', afterMs: 1_000, handlers: ['order.* work', 'order.* tell'], attempts: 3, cause }
const letter: Copy = { kind: 'deadLetter', reason: 'rejected', handlers: ['order.* work'], attempts: 4, cause }
const event = { id: 'one', type: 'order.placed', source: 'shop', time: '', data: {} } satisfies BusEvent

function headersOf(copy: Copy, headers: object = {}, from: CopyOrigin = origin): Record<string, unknown> {
  return copyProperties(message('{}', { headers }), event, { id: String(++made), copy, origin: from })
    .headers as Record<string, unknown>
}

/** A copy, as it is delivered. */
function delivered(copy: Copy, headers: object = {}): ReturnType<typeof message> {
  return message('{}', { headers: headersOf(copy, headers) }, 'some.other.key')
}

describe('a copy', () => {
  test('says where it comes from and what happened to it', () => {
    expect(headersOf(letter)).toMatchObject({
      'event-bus-exchange': 'appserver.events',
      'event-bus-routing-key': 'order.placed',
      'event-bus-origin-queue': 'e:instance:shop-1',
      'event-bus-instance': 'shop-1',
      'event-bus-handlers': ['order.* work'],
      'event-bus-attempts': 4,
      'event-bus-reason': 'rejected',
      'event-bus-error-name': 'TypeError',
      'event-bus-error-message': 'no price',
      'event-bus-error-stack': cause.stack,
    })
    expect(headersOf(letter)).not.toHaveProperty('event-bus-group')
    const group: CopyOrigin = { ...origin, point: { kind: 'group', group: 'billing', pattern: 'order.*' } }
    expect(headersOf(retry, {}, group)).toMatchObject({ 'event-bus-group': 'billing' })
    expect(headersOf(retry)).not.toHaveProperty('event-bus-reason')
  })

  test('brings back its handlers and attempts, under an id of its own each time', () => {
    const [one, two] = [readCopy(delivered(retry)), readCopy(delivered(retry))]
    expect(one).toMatchObject({ handlers: ['order.* work', 'order.* tell'], attempts: 3 })
    expect(one?.id).not.toBe(two?.id)
    const { 'event-bus-copy': id } = headersOf(letter, headersOf(retry))
    expect(id).not.toBe(headersOf(retry)['event-bus-copy'])
  })

  test('is for all handlers where none is named', () => {
    expect(readCopy(delivered({ ...letter, handlers: [] }))).not.toHaveProperty('handlers')
  })

  test('of a copy keeps what the first one said, and says the rest anew', () => {
    const first = headersOf(retry)
    const again = message('{}', { headers: first }, 'e:instance:shop-1')
    const from = {
      queue: 'e:group:g:#',
      point: { kind: 'group', group: 'g', pattern: '#' },
      instance: 'shop-2',
    } as const
    const second = copyProperties(again, event, { id: 'second', copy: letter, origin: from }).headers as Record<
      string,
      unknown
    >
    for (const name of ['exchange', 'routing-key', 'first-failed-at'])
      expect(second[`event-bus-${name}`]).toBe(first[`event-bus-${name}`])
    expect(second).toMatchObject({
      'event-bus-attempts': 4,
      'event-bus-handlers': ['order.* work'],
      'event-bus-origin-queue': 'e:group:g:#',
      'event-bus-instance': 'shop-2',
    })
  })

  test('leaves out what the broker wrote about the way so far, and what would change the way', () => {
    const stale = {
      'x-death': [{ queue: 'e:wait:0', count: 1 }],
      'x-first-death-queue': 'e:wait:0',
      'x-first-death-reason': 'expired',
      'x-last-death-exchange': 'e:wait:0',
      'x-delivery-count': 3,
      'x-acquired-count': 3,
      CC: ['other.queue'],
      BCC: ['other.queue'],
    }
    const own = { 'x-mine': { deep: [1, 'two'] }, 'x-death-of-a-salesman': 1, cc: 'kept', tenant: 'acme' }
    const headers = headersOf(retry, { ...stale, ...own })
    expect(headers).toMatchObject(own)
    expect(Object.keys(headers).filter((name) => name in stale)).toEqual([])
  })

  test('keeps the properties of the event, but for those that would end or stop it', () => {
    const kept = {
      messageId: 'one',
      type: 'order.placed',
      timestamp: 7,
      appId: 'shop',
      correlationId: 'talk',
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      priority: 3,
      replyTo: 'answers',
    }
    const dropped = { expiration: '1000', userId: 'someone', clusterId: 'x' }
    const copy = copyProperties(message('{}', { ...kept, ...dropped, deliveryMode: 1 }), event, {
      id: 'copy',
      copy: retry,
      origin,
    })
    expect(copy).toMatchObject({ ...kept, deliveryMode: 2 })
    for (const name of Object.keys(dropped)) expect(copy).not.toHaveProperty(name)
    expect(withoutJourney(message('{}', { ...kept, ...dropped }))).toEqual({ ...kept, deliveryMode: 2, headers: {} })
  })

  test('of a foreign message gets the id and the type that were made up for it', () => {
    const foreign = message('{}', { messageId: undefined, type: undefined })
    expect(copyProperties(foreign, event, { id: 'copy', copy: retry, origin })).toMatchObject({
      messageId: 'one',
      type: 'order.placed',
    })
    const undecodable = copyProperties(foreign, undefined, { id: 'copy', copy: letter, origin })
    expect([undecodable.messageId, undecodable.type]).toEqual([undefined, undefined])
  })

  test('cuts long texts of an error, and takes whatever parts it has', () => {
    const odd = Object.assign(new Error('x'.repeat(10_000)), { stack: 'y'.repeat(100_000), name: 7 })
    const headers = headersOf({ ...letter, cause: odd as unknown as Error })
    expect(headers['event-bus-error-message']).toHaveLength(1_000)
    expect(headers['event-bus-error-stack']).toHaveLength(8_000)
    expect(headers['event-bus-error-name']).toBe('')
  })
})

test('what is no copy is not taken for one', () => {
  const whole = { 'event-bus-copy': 'c', 'event-bus-attempts': 1, 'event-bus-handlers': ['a'] }
  expect(readCopy(message('{}', { headers: whole }))).toEqual({ id: 'c', attempts: 1, handlers: ['a'] })
  for (const headers of [
    {},
    undefined,
    { ...whole, 'event-bus-copy': undefined },
    { ...whole, 'event-bus-attempts': '1' },
    { ...whole, 'event-bus-handlers': 'a' },
  ]) {
    expect(readCopy(message('{}', { headers }))).toBeUndefined()
  }
})
