import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { UntypedBus } from '../../src/core/api.ts'
import type { Logger } from '../../src/core/logger.ts'
import { silentLogger } from '../../src/core/logger.ts'
import { createEventBus } from '../../src/create-event-bus.ts'
import { memory } from '../../src/memory/index.ts'
import { type HttpServer, listen } from '../../src/cli/serve/server.ts'
import type { Service } from '../../src/cli/serve/service.ts'
import { waitFor } from '../support/wait-for.ts'
import { openStream, post } from './http.ts'

let bus: UntypedBus
let service: Service
let server: HttpServer
let url: string
let warnings: string[]

beforeEach(async () => {
  warnings = []
  const logger: Logger = { ...silentLogger, warn: (_fields, message) => void warnings.push(message) }
  bus = createEventBus({ source: 'stream-test', transport: memory({ maxQueuedEvents: 50 }), logger })
  service = {
    bus,
    store: undefined,
    logger,
    metrics: undefined,
    token: undefined,
    maxBodyBytes: 1_000_000,
    maxBacklogBytes: 1_000_000,
    heartbeatMs: 20,
    publishTimeoutMs: 5_000,
    streams: new Set(),
  }
  server = await listen(service, '127.0.0.1', 0)
  url = `http://127.0.0.1:${server.port}`
})

afterEach(async () => {
  server.stop()
  await bus.close()
  await server.closed(1_000)
})

test('whoever sees the headers of a stream misses nothing published after', async () => {
  for (let round = 0; round < 20; round++) {
    const type = `round.${round}`
    const stream = await openStream(`${url}/events?pattern=${type}`)
    await bus.publish({ type, data: round })
    await waitFor(() => stream.received.includes(`event: ${type}\n`))
    stream.close()
  }
})

test('server-sent events: a comment first, then type, id and the CloudEvent; several patterns; nothing twice', async () => {
  const stream = await openStream(`${url}/events?pattern=app.%23&pattern=*.installed&pattern=other`)
  expect(stream).toMatchObject({ status: 200, contentType: 'text/event-stream; charset=utf-8' })
  const installed = await bus.publish({ type: 'app.installed', data: { appId: 'app-1' } })
  await bus.publish({ type: 'not.wanted', data: 1 })
  const other = await bus.publish({ type: 'other', id: 'two\nlines', data: 'a\nb' })
  await waitFor(() => stream.received.includes('event: other'))
  const [opening, ...messages] = stream.received.split('\n\n').filter((message) => !message.startsWith(': alive'))
  expect(opening).toBe('retry: 1000\n: ready')
  expect(messages.map((message) => message.split('\n').slice(0, 2))).toEqual([
    ['event: app.installed', `id: ${installed.id}`],
    ['event: other', 'id: two lines'],
    [''],
  ])
  const data = messages
    .slice(0, 2)
    .map((message) => JSON.parse(message.split('\n')[2]?.slice('data: '.length) ?? '') as object)
  expect(data).toMatchObject([
    { ...installed, specversion: '1.0' },
    { ...other, data: 'a\nb' },
  ])
})

test('NDJSON: one CloudEvent a line', async () => {
  const stream = await openStream(`${url}/events`, { accept: 'application/x-ndjson' })
  expect(stream.contentType).toBe('application/x-ndjson')
  const event = await bus.publish({ type: 'app.installed', data: 1 })
  await waitFor(() => stream.received.includes(event.id))
  expect(JSON.parse(stream.received.trim())).toMatchObject(event)
})

test('heartbeats go on while nothing happens', async () => {
  const [events, lines] = await Promise.all([
    openStream(`${url}/events`),
    openStream(`${url}/events`, { accept: 'application/x-ndjson' }),
  ])
  await waitFor(() => events.received.split(': alive\n\n').length > 3 && lines.received.length > 3)
  expect(lines.received.trim()).toBe('')
})

test('a client that leaves is unsubscribed', async () => {
  const stream = await openStream(`${url}/events`)
  expect(service.streams.size).toBe(1)
  stream.close()
  await waitFor(() => service.streams.size === 0)
})

test('a slow reader is cut off, and the others get everything', async () => {
  const slow = await openStream(`${url}/events`, { accept: 'application/x-ndjson' })
  const fast = await openStream(`${url}/events`, { accept: 'application/x-ndjson' })
  slow.pause()
  const data = 'x'.repeat(500_000)
  for (let index = 0; warnings.length === 0 && index < 200; index++) {
    const { id } = await bus.publish({ type: 'big.event', id: `e${index}.`, data })
    await waitFor(() => fast.received.includes(`"${id}"`))
  }
  expect(warnings).toEqual(["A client that reads '#' was too slow and has been cut off"])
  const last = await bus.publish({ type: 'last.event', id: randomUUID(), data: 1 })
  await waitFor(() => fast.received.includes(last.id))
  await waitFor(() => service.streams.size === 1)
})

test('a full queue is 429, and the client is told to come again', async () => {
  const held = Promise.withResolvers<void>()
  bus.subscribe('full.#', () => held.promise, { group: 'slow' })
  const events = Array.from({ length: 400 }, (_, index) => ({ type: 'full.event', data: index }))
  const { status, headers, body } = await post(url, events)
  held.resolve()
  expect(status).toBe(429)
  expect(headers['retry-after']).toBe('1')
  expect(body).toMatchObject({ code: 'PUBLISH_BUFFER_FULL' })
  expect(body.results).toHaveLength(400)
  expect(body.published).toBeGreaterThan(0)
  expect(Number(body.published) + Number(body.failed)).toBe(400)
})

test('a closed bus is 503 for publishers, streams and probes', async () => {
  await bus.close()
  const answers = await Promise.all([
    post(url, { type: 'x.y' }),
    openStream(`${url}/events`),
    openStream(`${url}/readyz`),
  ])
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503])
  expect(answers[0]).toMatchObject({ headers: { 'retry-after': '5' }, body: { code: 'BUS_CLOSED' } })
})
