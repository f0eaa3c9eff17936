import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConfirmWindow } from '../../src/rabbitmq/confirm-window.ts'
import { Batch, mayJoin } from '../../src/rabbitmq/outgoing-batch.ts'
import type { Outgoing, WireMessage } from '../../src/rabbitmq/outgoing.ts'
import { WaitingLine } from '../../src/rabbitmq/waiting-line.ts'
import { outgoing, textsOf } from './outgoing.ts'

const limits = { maxEvents: 3, maxBytes: 1_000 }

function event(text: string, routingKey = 'a', more: Partial<WireMessage> = {}): Outgoing {
  return outgoing(text, { routingKey, joins: true, ...more })
}

function lineOf(...events: readonly Outgoing[]): WaitingLine {
  const line = new WaitingLine()
  for (const one of events) line.push(one)
  return line
}

/** What leaves together, message by message. */
function messagesOf(line: WaitingLine, { maxEvents, maxBytes } = limits): (string | undefined)[][] {
  const messages: (string | undefined)[][] = []
  for (let first = line.shift(); first; first = line.shift()) {
    const batch = new Batch(first, { maxEvents, maxBytes })
    if (mayJoin(first)) line.fill(batch)
    messages.push(textsOf(batch.events))
  }
  return messages
}

test('events of one type leave together, in their order, up to so many; other types come in between', () => {
  const types = ['a', 'b', 'a', 'a', 'b', 'a', 'a']
  const line = lineOf(...types.map((type, index) => event(`${type}${index}`, type)))
  expect(messagesOf(line)).toEqual([
    ['a0', 'a2', 'a3'],
    ['b1', 'b4'],
    ['a5', 'a6'],
  ])
})

test('a batch has no more bytes than allowed; what is larger leaves alone', () => {
  const line = lineOf(...['aaa', 'bbb', 'ccc', 'd'.repeat(20), 'e'].map((text) => event(text)))
  expect(messagesOf(line, { maxEvents: 9, maxBytes: 7 })).toEqual([['aaa', 'bbb'], ['ccc'], ['d'.repeat(20)], ['e']])
})

test.for<[string, Outgoing]>([
  ['what is no plain publish', outgoing('2')],
  ['what must reach a queue', event('2', 'a', { properties: { mandatory: true } })],
  ['what has another home', event('2', 'a', { properties: { headers: { 'event-bus-home': 'b' } } })],
])('%s does not join, and is not overtaken by what comes behind it', ([, second]) => {
  expect(messagesOf(lineOf(event('1'), second, event('3')))).toEqual([['1'], ['2'], ['3']])
})

test('what the broker has refused leaves alone', () => {
  const refused = event('2')
  refused.refusals = 1
  expect(messagesOf(lineOf(event('1'), refused, event('3')))).toEqual([['1'], ['2'], ['3']])
})

test('what was settled meanwhile is left out, and what has to be sent again comes first', () => {
  const [aborted, again] = [event('aborted'), event('again')]
  const line = lineOf(event('1'), aborted, event('2'))
  line.unshift([again])
  aborted.giveUp('PUBLISH_ABORTED', 'Given up')
  expect(messagesOf(line)).toEqual([['again', '1', '2']])
})

test('what has to be sent again takes along what waits behind it, unless one of its type stays behind', () => {
  const among = (...others: readonly Outgoing[]): (string | undefined)[][] => {
    const line = lineOf(event('last'))
    line.unshift([event('first'), ...others])
    return messagesOf(line).filter(([text]) => text !== 'other')
  }
  const many = Array.from({ length: 2_000 }, () => event('other', 'b'))
  expect(among(event('middle'))).toEqual([['first', 'middle', 'last']])
  expect(among(outgoing('middle'))).toEqual([['first'], ['middle'], ['last']])
  expect(among(...many, event('middle'))).toEqual([['first'], ['middle', 'last']])
})

test('whatever waits, all of it leaves once, and each type in its order', () => {
  const waiting = fc.record({ type: fc.constantFrom('a', 'b', 'c'), joins: fc.boolean(), settled: fc.boolean() })
  fc.assert(
    fc.property(fc.array(waiting, { maxLength: 60 }), fc.nat(20), (given, count) => {
      const events = given.map(({ type, joins }, index) => event(`${type} ${index}`, type, { joins }))
      const line = lineOf(...events.slice(count))
      line.unshift(events.slice(0, count))
      for (const [index, one] of events.entries()) if (given[index]?.settled) one.resolve()
      const expected = given.flatMap(({ type, settled }, index) => (settled ? [] : [`${type} ${index}`]))
      const left = messagesOf(line).flat()
      for (const type of ['a', 'b', 'c']) {
        const ofType = (text: string | undefined): boolean => text?.startsWith(type) ?? false
        expect(left.filter(ofType)).toEqual(expected.filter(ofType))
      }
      expect(left).toHaveLength(expected.length)
    }),
    { numRuns: 50 },
  )
})

test('the message is a JSON array of the events as they were encoded, and says what is true of all', () => {
  const properties = {
    messageId: 'e-1',
    type: 'a',
    appId: 'shop',
    correlationId: 'c-1',
    contentType: 'application/cloudevents+json',
    deliveryMode: 2,
    headers: { 'event-bus-home': 'here', traceparent: '00-1' },
  }
  const batch = new Batch(event('{"id":1.0}', 'a', { properties }), limits)
  expect(batch.take(event('{"id":2}', 'a', { properties: { ...properties, messageId: 'e-2' } }))).toBe(true)
  const { body, ...message } = batch.message
  expect(String(body)).toBe('[{"id":1.0},{"id":2}]')
  expect(message).toMatchObject({ exchange: 'x', routingKey: 'a' })
  expect(message.properties).toEqual({
    messageId: batch.id,
    type: 'a',
    contentType: 'application/cloudevents-batch+json',
    deliveryMode: 2,
    mandatory: false,
    headers: { 'event-bus-home': 'here' },
  })
})

test('a confirm of a batch is one of each of its events', () => {
  const window = new ConfirmWindow()
  const batch = new Batch(event('1'), limits)
  batch.take(event('2'))
  for (const message of [event('0'), batch, event('3')]) window.add(message)
  expect(window.size).toBe(3)
  expect(textsOf(window.rest())).toEqual(['0', '1', '2', '3'])
  expect(textsOf(window.take(2, false))).toEqual(['1', '2'])
  expect([window.size, textsOf(window.take(3, true))]).toEqual([2, ['0', '3']])
})
