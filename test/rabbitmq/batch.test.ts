import fc from 'fast-check'
import { expect, test } from 'vitest'
import { idOfBatch, isBatch, unpack } from '../../src/rabbitmq/batch.ts'
import { message } from './message.ts'

const contentType = 'application/cloudevents-batch+json'
const envelope = {
  specversion: '1.0',
  id: 'e-1',
  source: 'shop',
  type: 'order.placed',
  time: '2026-01-01T00:00:00.000Z',
}

function batch(body: string, properties: object = {}) {
  return message(body, { contentType, messageId: 'm-1', ...properties })
}

function idsOf(body: string): (string | undefined)[] {
  return unpack(batch(body)).map(({ event }) => event?.id)
}

test('a batch is told by its content type, however it is written', () => {
  expect(isBatch(message('[]', { contentType: 'Application/CloudEvents-Batch+JSON; charset=utf-8' }))).toBe(true)
  expect(isBatch(message('[]', { contentType: 'application/cloudevents+json' }))).toBe(false)
  expect(isBatch(message('[]'))).toBe(false)
})

test('its events come in their order; an empty one has none', () => {
  const envelopes = ['a', 'b', 'c'].map((id) => ({ ...envelope, id }))
  expect(idsOf(JSON.stringify(envelopes))).toEqual(['a', 'b', 'c'])
  expect(unpack(batch('[]'))).toEqual([])
})

test.for<[string, string, string]>([
  ['an object', JSON.stringify(envelope), 'it is no JSON array'],
  ['no JSON', '[{"specversion":"1.0"', 'its body is no JSON'],
  ['nothing', '', 'its body is no JSON'],
])('what is no array is EVENT_UNDECODABLE as a whole: %s', ([, body, why]) => {
  const code = 'EVENT_UNDECODABLE'
  expect(() => unpack(batch(body))).toThrow(expect.objectContaining({ code, message: expect.stringContaining(why) }))
})

test('a broken event leaves the others as they are, and says which it is and why', () => {
  const broken = [7, null, [envelope], { ...envelope, id: undefined }, { ...envelope, data_base64: 'AA==' }]
  const parts = unpack(batch(JSON.stringify([envelope, ...broken, envelope])))
  expect(parts.map(({ event }) => event?.id)).toEqual(['e-1', ...broken.map(() => undefined), 'e-1'])
  expect(parts[4]?.fault).toMatchObject({
    code: 'EVENT_UNDECODABLE',
    message: expect.stringMatching(/^Event 5 of a batch: .* its attribute 'id' is missing/),
  })
})

test('each is, by itself, the message that its publisher would have sent', () => {
  const event = { ...envelope, source: 'till', correlationid: 'c-1', data: { a: 'ü' } }
  const [part] = unpack(
    batch(JSON.stringify([event]), { correlationId: 'other', headers: { 'event-bus-home': 'here' } }),
  )
  expect(part?.message.fields.routingKey).toBe('order.placed')
  expect(part?.message.properties).toMatchObject({
    contentType: 'application/cloudevents+json',
    messageId: 'e-1',
    type: 'order.placed',
    appId: 'till',
    correlationId: 'c-1',
    headers: { 'event-bus-home': 'here' },
  })
  expect(JSON.parse(String(part?.message.content))).toEqual(event)
})

test('what a number, an escape or a space was it stays: the bytes are those that came', () => {
  const written = [
    '{"specversion":"1.0", "id":"1", "data": 12345678901234567890.10}',
    ' {"data":"]},\\"[{\\\\"}',
    '[[1,2],{"a":[]}]',
    '7',
  ]
  const parts = unpack(batch(`\n[${written.join(',')}]\n`))
  expect(parts.map(({ message: { content } }) => String(content))).toEqual(written)
})

test('whatever JSON is in an array, each element is cut out whole', () => {
  const spaces = fc.constantFrom(undefined, 1, '\t')
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 5 }), spaces, (values, indent) => {
      const parts = unpack(batch(JSON.stringify(values, null, indent)))
      expect(parts.map((part) => JSON.parse(String(part.message.content)))).toEqual(
        values.map((value) => JSON.parse(JSON.stringify(value))),
      )
    }),
    { numRuns: 50 },
  )
})

test('batches that differ in their events differ in their id, whatever id the message has', () => {
  const bodies = [['a'], ['a', 'b'], ['a', 'c'], ['b', 'c'], []].map((ids) => ids.map((id) => ({ ...envelope, id })))
  for (const properties of [{}, { messageId: undefined }]) {
    const ids = bodies.map((body) => batch(JSON.stringify(body), properties)).map((one) => idOfBatch(one, unpack(one)))
    expect(new Set(ids).size).toBe(bodies.length)
  }
})
