import { randomUUID } from 'node:crypto'
import { SpanKind } from '@opentelemetry/api'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { createEventBus, type EventBus, memoryStore, silentLogger } from '../../src/index.ts'
import { traceEvents } from '../../src/opentelemetry/index.ts'
import { rabbitmq } from '../../src/rabbitmq/index.ts'
import { onChannel, removeTopologyOf } from '../support/rabbitmq/topology.ts'
import type { ServiceOrders, Task } from '../support/traces/service.ts'
import { KeptSpans, type Span } from '../support/traces/spans.ts'
import { type ServiceProcess, startService } from '../support/traces/start-service.ts'
import { waitFor } from '../support/wait-for.ts'

const url = inject('amqpUrl')
const spans = new KeptSpans()
const { tracerProvider, propagator } = spans
const tracer = tracerProvider.getTracer('test')
let exchangeName: string
let bus: EventBus
let services: ServiceProcess[]

beforeEach(() => {
  spans.clear()
  services = []
  exchangeName = `test.traces.${randomUUID().slice(0, 8)}`
  // Opened inside of a span: what the connection brings must not end up in there.
  bus = tracer.startActiveSpan('start', (start) => {
    const made = newBus()
    start.end()
    return made
  })
  traceEvents(bus, { tracerProvider, propagator })
})

afterEach(async () => {
  await Promise.all([bus.close({ timeoutMs: 2_000 }), ...services.map((service) => service.close())])
  const queues = ['instance:shop', 'instance:b', 'instance:c', 'group:packers:order.*']
  const names = queues.map((name) => `${exchangeName}:${name}`)
  await removeTopologyOf(url, exchangeName, names)
})

function newBus(): EventBus {
  return createEventBus({
    source: 'shop',
    instance: 'shop',
    transport: rabbitmq({ url, exchangeName }),
    store: memoryStore(),
    logger: silentLogger,
  })
}

async function service(orders: Partial<ServiceOrders> = {}): Promise<ServiceProcess> {
  const started = await startService({ url, exchangeName, instance: 'b', pattern: 'order.*', ...orders })
  services.push(started)
  return started
}

const place = (data: Task = {}): Promise<unknown> => bus.publish({ type: 'order.placed', data })

/** Waits for so many spans of handlers in the services. */
async function handled(count: number): Promise<Span[]> {
  return waitFor(
    async () => {
      const all = (await Promise.all(services.map((one) => one.spans()))).flat()
      const processed = all.filter(({ name }) => name.startsWith('process'))
      return processed.length >= count && processed
    },
    { message: `${count} spans of handlers` },
  )
}

const sent = (): Span | undefined => spans.named('send')[0]

test('one trace goes from a request through another process and back, by the conventions', async () => {
  const other = await service({ pattern: 'order.placed' })
  await bus.subscribe('order.packed', function tell() {}).ready
  await tracer.startActiveSpan('request', async (request) => {
    await place({ publishes: 'order.packed' })
    request.end()
  })
  await waitFor(() => spans.named('process').length === 1)
  const all = [...spans.all, ...(await other.spans())].filter(({ name }) => name !== 'start')
  const parentOf = ({ parent }: Span): string | undefined => all.find(({ id }) => id === parent)?.name
  expect(Object.fromEntries(all.map((span) => [span.name, parentOf(span)]))).toEqual({
    request: undefined,
    [`send ${exchangeName}:order.placed`]: 'request',
    [`process ${exchangeName}:order.placed`]: `send ${exchangeName}:order.placed`,
    query: `process ${exchangeName}:order.placed`,
    [`send ${exchangeName}:order.packed`]: `process ${exchangeName}:order.placed`,
    [`process ${exchangeName}:order.packed`]: `send ${exchangeName}:order.packed`,
  })
  expect(new Set(all.map((span) => span.trace)).size).toBe(1)
  expect(all.flatMap(({ links }) => links)).toEqual([])
  const { hostname, port } = new URL(url)
  const common = {
    'messaging.system': 'rabbitmq',
    'messaging.client.id': 'shop',
    'server.address': hostname,
    'server.port': Number(port || 5672),
  }
  expect(sent()).toMatchObject({ kind: SpanKind.PRODUCER })
  expect(sent()?.attributes).toMatchObject({
    ...common,
    'messaging.operation.type': 'send',
    'messaging.destination.name': `${exchangeName}:order.placed`,
    'messaging.rabbitmq.destination.routing_key': 'order.placed',
  })
  const [processed] = spans.named('process')
  expect(processed).toMatchObject({ kind: SpanKind.CONSUMER })
  expect(processed?.attributes).toMatchObject({
    ...common,
    'messaging.operation.type': 'process',
    'messaging.destination.name': `${exchangeName}:order.packed:${exchangeName}:instance:shop`,
    'messaging.rabbitmq.destination.routing_key': 'order.packed',
    'event_bus.handler': 'tell',
  })
})

test('of a group, each event has one span, in whichever process', async () => {
  const members = await Promise.all(['b', 'c'].map((instance) => service({ instance, group: 'packers' })))
  await Promise.all(Array.from({ length: 20 }, () => place()))
  const processed = await handled(20)
  expect(new Set(processed.map(({ parent }) => parent))).toEqual(new Set(spans.named('send').map(({ id }) => id)))
  expect(processed).toHaveLength(20)
  for (const { attributes } of processed) {
    expect(attributes).toMatchObject({
      'messaging.consumer.group.name': 'packers',
      'messaging.destination.name': `${exchangeName}:order.placed:${exchangeName}:group:packers:order.*`,
    })
  }
  for (const member of members) expect((await member.spans()).length).toBeGreaterThan(0)
})

test('a retry links to the attempt before it, also when the broker has held it back', async () => {
  await service({ retry: { immediate: 1, delays: [1_000] } })
  await place({ failures: 2 })
  const [first, second, third] = await handled(3)
  expect(first).toMatchObject({ parent: sent()?.id, links: [], error: 'attempt 1', exceptions: 1 })
  expect(second).toMatchObject({ parent: sent()?.id, links: [first?.id], error: 'attempt 2' })
  expect(third).toMatchObject({ parent: sent()?.id, links: [second?.id], error: undefined })
  expect(third?.attributes['event_bus.attempt']).toBe(3)
})

test('a retry in another process links to the publish', async () => {
  const options = { group: 'packers', retry: { immediate: 0, delays: [1_000] } }
  const first = await service(options)
  await place({ failures: 1 })
  await handled(1)
  await first.close()
  services = []
  await service({ ...options, instance: 'c' })
  const [second] = await handled(1)
  expect(second).toMatchObject({ parent: sent()?.id, links: [sent()?.id], error: undefined })
})

test('a dead letter ends in a failed span; redriven, it is handled in the same trace', async () => {
  await service()
  await place({ dead: true })
  const [failed] = await handled(1)
  expect(failed).toMatchObject({ parent: sent()?.id, error: 'never', exceptions: 1 })
  await waitFor(async () => (await bus.deadLetters.count()) === 1, { timeoutMs: 10_000 })
  await bus.deadLetters.redrive({ all: true })
  const [, done] = await handled(2)
  expect(done).toMatchObject({ trace: sent()?.trace, error: undefined })
})

test('a replay to a group begins a trace of its own, linked to the publish', async () => {
  await place()
  await service({ group: 'packers' })
  // What is published is recorded behind its confirm.
  const report = await waitFor(async () => {
    const done = await bus.replay({}, { group: 'packers', pattern: 'order.*' })
    return done.replayed === 1 && done
  })
  expect(report.isComplete).toBe(true)
  const [processed] = await handled(1)
  expect(processed).toMatchObject({ parent: undefined, links: [sent()?.id] })
  expect(processed?.trace).not.toBe(sent()?.trace)
  expect(processed?.attributes['event_bus.replay']).toBe(true)
})

test('a scheduled event is handled in the trace of its publish', async () => {
  await service()
  await bus.publish({ type: 'order.placed', data: {} }, { afterMs: 1_000 })
  const [processed] = await handled(1)
  expect(processed).toMatchObject({ parent: sent()?.id, links: [] })
})

test('a publish that no queue wants fails its span', async () => {
  const publishing = bus.publish({ type: 'unheard', data: {} }, { requireRoute: true })
  await expect(publishing).rejects.toMatchObject({ code: 'PUBLISH_UNROUTABLE' })
  expect(sent()).toMatchObject({ name: `send ${exchangeName}:unheard`, exceptions: 1 })
  expect(sent()?.attributes['error.type']).toBe('PUBLISH_UNROUTABLE')
  expect(sent()?.attributes['messaging.message.id']).toBeUndefined()
})

test('an event without a trace begins one, and is not part of what was going on when the bus connected', async () => {
  await bus.subscribe('order.*', () => {}).ready
  await onChannel(url, async (channel) => {
    channel.publish(exchangeName, 'order.placed', Buffer.from('{}'), { contentType: 'application/json' })
    await channel.checkExchange(exchangeName)
  })
  const [processed] = await waitFor(() => spans.named('process').length === 1 && spans.named('process'))
  expect(processed).toMatchObject({ parent: undefined, links: [] })
})

test('other programs find the trace in the headers, and theirs is taken over from there', async () => {
  const theirs = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' }
  await service()
  const headers = await onChannel(url, async (channel) => {
    const { queue } = await channel.assertQueue('', { exclusive: true })
    await channel.bindQueue(queue, exchangeName, 'order.placed')
    await place()
    const message = await waitFor(() => channel.get(queue, { noAck: true }))
    const traced = { traceparent: `00-${theirs.trace}-${theirs.span}-01`, tracestate: 'theirs=1' }
    channel.publish(exchangeName, 'order.placed', Buffer.from('{}'), {
      contentType: 'application/json',
      headers: traced,
    })
    await channel.checkExchange(exchangeName)
    return message.properties.headers
  })
  expect(headers).toMatchObject({ traceparent: `00-${sent()?.trace}-${sent()?.id}-01` })
  const processed = await handled(2)
  const ofTheirs = processed.find(({ trace }) => trace === theirs.trace)
  expect(ofTheirs).toMatchObject({ parent: theirs.span })
})
