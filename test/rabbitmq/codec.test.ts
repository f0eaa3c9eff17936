import { CloudEvent, HTTP, type Headers } from 'cloudevents'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BusEvent } from '../../src/core/event.ts'
import type { PublishRequest } from '../../src/core/transport.ts'
import { decode, type Encoded, encodeBinary, encodeStructured } from '../../src/rabbitmq/codec.ts'
import { message } from './message.ts'

const small: BusEvent = {
  id: 'one',
  type: 'order.placed',
  source: 'shop',
  time: '2026-01-02T03:04:05.678Z',
  data: { total: 12.5 },
}
const full: BusEvent = {
  ...small,
  subject: 'orders/größe/😀',
  correlationId: 'talk',
  causationId: 'cause',
  dataVersion: '2',
  extensions: { tenant: 'acme', priority: 3, urgent: true, traceparent: '00-abc-def-01' },
}

function request(event: BusEvent): PublishRequest {
  const dataJson = event.data === undefined ? undefined : JSON.stringify(event.data)
  return { event, dataJson, options: { timeoutMs: 1_000, afterMs: 0, requireRoute: false, signal: undefined } }
}

function sent({ body, properties }: Encoded): BusEvent {
  return decode(message(body, properties))
}

describe.each([
  ['structured', encodeStructured],
  ['binary', encodeBinary],
] as const)('%s mode', (_name, encode) => {
  test('carries every attribute there and back', () => {
    expect(sent(encode(request(small), true))).toEqual(small)
    expect(sent(encode(request(full), true))).toEqual(full)
  })

  test('carries any JSON value, and none', () => {
    for (const data of [undefined, null, false, 0, '', [], {}, '\u0000 "\\ 😀']) {
      expect(sent(encode(request({ ...small, data }), true)).data).toEqual(data)
    }
    fc.assert(
      fc.property(fc.jsonValue(), (data) => {
        const carried = JSON.parse(JSON.stringify(data)) as unknown
        expect(sent(encode(request({ ...small, data }), true)).data).toEqual(carried)
      }),
    )
  })

  test("mirrors what brokers and tools look for in the message's properties", () => {
    expect(encode(request(full), true).properties).toMatchObject({
      messageId: 'one',
      type: 'order.placed',
      timestamp: Date.UTC(2026, 0, 2, 3, 4, 5) / 1_000,
      appId: 'shop',
      correlationId: 'talk',
    })
    expect(encode(request(full), true).properties.headers).toMatchObject({ traceparent: '00-abc-def-01' })
    expect(encode(request(small), true).properties.correlationId).toBeUndefined()
  })

  test('tells the trace in headers, too, where tracers of other programs look', () => {
    const traced = { ...small, extensions: { traceparent: '00-abc-def-01', tracestate: 'vendor=1', tenant: 'acme' } }
    const { headers } = encodeStructured(request(traced), true).properties
    expect(headers).toEqual({ traceparent: '00-abc-def-01', tracestate: 'vendor=1' })
  })

  test('leaves out a time before 1970, which the property cannot hold, and keeps it in the event', () => {
    const old = { ...small, time: '1969-07-20T20:17:40Z' }
    expect(encode(request(old), true).properties.timestamp).toBeUndefined()
    expect(sent(encode(request(old), true))).toEqual(old)
  })
})

describe('the CloudEvents SDK', () => {
  test('takes a structured event for a valid CloudEvent with all its attributes', () => {
    const { body, properties } = encodeStructured(request(full), true)
    expect(properties.contentType).toBe('application/cloudevents+json')
    const event = new CloudEvent(JSON.parse(body.toString()) as object)
    expect(event.validate()).toBe(true)
    expect(event).toMatchObject({
      id: 'one',
      type: 'order.placed',
      source: 'shop',
      time: small.time,
      subject: full.subject,
      specversion: '1.0',
      datacontenttype: 'application/json',
      data: { total: 12.5 },
      correlationid: 'talk',
      causationid: 'cause',
      dataversion: '2',
      ...full.extensions,
    })
  })

  test('takes a binary event for a valid CloudEvent', () => {
    const { body, properties } = encodeBinary(request(full), true)
    const headers = Object.entries(properties.headers as Record<string, unknown>).map(([name, value]) => [
      name.replace('cloudEvents_', 'ce-'),
      String(value),
    ])
    const wire = { ...(Object.fromEntries(headers) as Headers), 'content-type': String(properties.contentType) }
    const event = HTTP.toEvent({ headers: wire, body: body.toString() })
    expect(event).toMatchObject({ id: 'one', type: 'order.placed', subject: full.subject, correlationid: 'talk' })
  })

  test('writes events that are read, in both modes', () => {
    const theirs = new CloudEvent({ ...small, correlationid: 'talk', tenant: 'acme' })
    const expected = { ...small, correlationId: 'talk', extensions: { tenant: 'acme' } }
    const structured = HTTP.structured(theirs)
    const contentType = structured.headers['content-type']
    expect(decode(message(String(structured.body), { contentType }))).toEqual(expected)
    const binary = HTTP.binary(theirs)
    expect(decode(message(String(binary.body), { contentType: 'application/json', headers: binary.headers }))).toEqual(
      expected,
    )
  })
})

describe('events of others are read', () => {
  const attributes = { specversion: '1.0', id: 'one', type: 'order.placed', source: 'shop', time: small.time }

  test.each(['cloudEvents_', 'cloudEvents:', 'ce-'])('with attributes as headers that begin with %s', (prefix) => {
    const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [prefix + name, value]))
    const properties = { contentType: 'application/json', headers: { ...headers, 'x-other': 'left out' } }
    expect(decode(message('{"total":12.5}', properties))).toEqual(small)
  })

  test('whatever parameters and capitals the content type has', () => {
    const body = JSON.stringify({ ...attributes, data: small.data })
    expect(decode(message(body, { contentType: 'Application/CloudEvents+JSON; charset=UTF-8' }))).toEqual(small)
  })

  test('without a time, which CloudEvents leaves open', () => {
    const { time: _none, ...rest } = attributes
    const body = JSON.stringify({ ...rest, data: 1 })
    const { time } = decode(message(body, { contentType: 'application/cloudevents+json' }))
    expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(1_000)
  })

  test('as plain JSON, by what the properties say', () => {
    const properties = { messageId: 'one', type: 'order.placed', appId: 'shop', correlationId: 'talk', timestamp: 1 }
    expect(decode(message('{"total":12.5}', properties))).toEqual({
      ...small,
      time: '1970-01-01T00:00:01.000Z',
      correlationId: 'talk',
    })
  })

  test('as plain JSON without properties, by the routing key', () => {
    const event = decode(message('[1]', {}, 'order.paid'))
    expect(event).toMatchObject({ type: 'order.paid', source: 'unknown', data: [1] })
    expect(event.id).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('what is no event is told apart, with the reason', () => {
  const envelope = { specversion: '1.0', id: 'one', type: 'order.placed', source: 'shop' }
  const structured = { contentType: 'application/cloudevents+json', messageId: 'm-1' }

  test.for<[string, string | Buffer, object, string]>([
    ['text', 'no json', {}, 'its body is no JSON in UTF-8'],
    ['an empty body', '', {}, 'its body is no JSON in UTF-8'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), {}, 'its body is no JSON in UTF-8'],
    ['an array', '[]', structured, 'it is no JSON object'],
    ['null', 'null', structured, 'it is no JSON object'],
    ['no id', JSON.stringify({ ...envelope, id: undefined }), structured, "its attribute 'id' is missing or no string"],
    [
      'a number as id',
      JSON.stringify({ ...envelope, id: 1 }),
      structured,
      "its attribute 'id' is missing or no string",
    ],
    ['an empty type', JSON.stringify({ ...envelope, type: '' }), structured, "its attribute 'type' is missing"],
    ['no source', JSON.stringify({ ...envelope, source: undefined }), structured, "its attribute 'source' is missing"],
    [
      'another version',
      JSON.stringify({ ...envelope, specversion: '0.3' }),
      structured,
      "its CloudEvents version is '0.3'",
    ],
    ['no version', JSON.stringify({ ...envelope, specversion: undefined }), structured, 'its CloudEvents version is'],
    ['binary data', JSON.stringify({ ...envelope, data_base64: 'AA==' }), structured, 'its data is binary'],
    ['headers without an id', '{}', { headers: { cloudEvents_specversion: '1.0' } }, "its attribute 'id' is missing"],
  ])('%s', ([, body, properties, why]) => {
    expect(() => decode(message(body, properties))).toThrow(
      expect.objectContaining({
        code: 'EVENT_UNDECODABLE',
        message: expect.stringMatching(/^The message '(m-1)?' with routing key 'order.placed' cannot be decoded/),
      }),
    )
    expect(() => decode(message(body, properties))).toThrow(why)
  })
})

test('no bytes make decoding fail in any other way', () => {
  const contentType = fc.constantFrom('application/cloudevents+json', 'application/json', undefined)
  const prefix = fc.constantFrom({}, { cloudEvents_specversion: '1.0' }, { 'ce-specversion': 1, 'ce-id': {} })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), fc.json(), contentType, prefix, (bytes, json, type, headers) => {
      for (const body of [Buffer.from(bytes), json]) {
        try {
          decode(message(body, { contentType: type, headers }))
        } catch (error) {
          expect(error).toMatchObject({ code: 'EVENT_UNDECODABLE' })
        }
      }
    }),
  )
})
