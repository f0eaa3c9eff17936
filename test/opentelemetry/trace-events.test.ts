import { context, propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api'
import { CompositePropagator, W3CBaggagePropagator } from '@opentelemetry/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  createEventBus,
  createMultiClusterBus,
  DeadLetter,
  type EventBus,
  memory,
  memoryStore,
  silentLogger,
} from '../../src/index.ts'
import { traceEvents, type TraceEventsOptions } from '../../src/opentelemetry/index.ts'
import { testClock } from '../../src/testing/index.ts'
import { KeptSpans, type Span } from '../support/traces/spans.ts'
import { waitFor } from '../support/wait-for.ts'

const spans = new KeptSpans()
const { tracerProvider, propagator } = spans
const tracer = tracerProvider.getTracer('test')
let buses: EventBus[]

beforeEach(() => {
  spans.clear()
  buses = []
})

afterEach(async () => {
  for (const bus of buses) await bus.close({ timeoutMs: 500 })
})

function newBus(options: object = {}, tracing: TraceEventsOptions = {}): EventBus {
  const bus = createEventBus({ source: 'test', instance: 'a', logger: silentLogger, ...options })
  buses.push(bus)
  traceEvents(bus, { tracerProvider, propagator, ...tracing })
  return bus
}

/** Waits for so many spans of handlers. */
async function handled(count: number): Promise<Span[]> {
  await waitFor(() => spans.named('process').length >= count)
  return spans.named('process')
}

const failOnce = (_event: unknown, { attempt }: { attempt: number }): void => {
  if (attempt === 1) throw new Error('once')
}

test('a publish and what handles its event are spans of one trace, by the conventions', async () => {
  const bus = newBus()
  await bus.subscribe('order.*', function pack() {}, { group: 'packers' }).ready
  const event = await bus.publish({ type: 'order.placed', data: {}, correlationId: 'c-1' })
  const [processed] = await handled(1)
  const [sent] = spans.named('send')
  const common = {
    'messaging.system': 'memory',
    'messaging.system.name': 'memory',
    'messaging.client.id': 'a',
    'messaging.message.id': event.id,
    'messaging.message.conversation_id': 'c-1',
    'cloudevents.event_id': event.id,
    'cloudevents.event_type': 'order.placed',
    'cloudevents.event_source': 'test',
  }
  expect(sent).toMatchObject({ name: 'send order.placed', kind: SpanKind.PRODUCER, parent: undefined, links: [] })
  expect(sent?.attributes).toEqual({
    ...common,
    'messaging.operation.name': 'send',
    'messaging.operation.type': 'send',
    'messaging.destination.name': 'order.placed',
  })
  expect(processed).toMatchObject({
    name: 'process order.placed',
    kind: SpanKind.CONSUMER,
    trace: sent?.trace,
    parent: sent?.id,
    links: [],
    error: undefined,
  })
  expect(processed?.attributes).toEqual({
    ...common,
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': 'order.placed:packers:order.*',
    'messaging.destination.template': 'order.placed',
    'messaging.consumer.group.name': 'packers',
    'event_bus.handler': 'pack',
    'event_bus.pattern': 'order.*',
    'event_bus.attempt': 1,
    'event_bus.redelivered': false,
    'event_bus.replay': false,
  })
})

test('the event carries the trace in the attributes of CloudEvents, beside its own extensions', async () => {
  const event = await newBus().publish({ type: 'order.placed', data: {}, extensions: { tenant: 'acme' } })
  const [sent] = spans.all
  expect(event.extensions).toEqual({ tenant: 'acme', traceparent: `00-${sent?.trace}-${sent?.id}-01` })
})

test('baggage travels, too, where the propagator takes it along', async () => {
  const composite = new CompositePropagator({ propagators: [propagator, new W3CBaggagePropagator()] })
  const bus = newBus({}, { propagator: composite })
  const tenants: unknown[] = []
  await bus.subscribe('order.*', () => {
    tenants.push(propagation.getActiveBaggage()?.getEntry('tenant')?.value)
  }).ready
  const baggage = propagation.createBaggage({ tenant: { value: 'acme' } })
  await context.with(propagation.setBaggage(context.active(), baggage), () =>
    bus.publish({ type: 'order.placed', data: {} }),
  )
  await handled(1)
  expect(tenants).toEqual(['acme'])
})

test('what a propagator calls by a name that CloudEvents does not allow stays behind', async () => {
  const jaeger = {
    inject: (_context: unknown, carrier: unknown, setter: { set(on: unknown, name: string, value: string): void }) => {
      setter.set(carrier, 'uber-trace-id', '1')
      setter.set(carrier, 'id', '2')
    },
    extract: () => ROOT_CONTEXT,
    fields: () => [],
  }
  const event = await newBus({}, { propagator: jaeger }).publish({ type: 'order.placed', data: {} })
  expect(event.extensions).toBeUndefined()
})

test('what a handler publishes, and its own spans, are inside its span, also after it has waited', async () => {
  const bus = newBus()
  await bus.subscribe('order.placed', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1))
    await tracer.startActiveSpan('query', async (query) => query.end())
    await bus.publish({ type: 'order.packed', data: {} })
  }).ready
  await bus.subscribe('order.packed', () => {}).ready
  await tracer.startActiveSpan('request', async (request) => {
    await bus.publish({ type: 'order.placed', data: {} })
    request.end()
  })
  await handled(2)
  const tree = Object.fromEntries(spans.all.map(({ name, parent }) => [name, nameOf(parent)]))
  expect(tree).toEqual({
    request: undefined,
    'send order.placed': 'request',
    'process order.placed': 'send order.placed',
    query: 'process order.placed',
    'send order.packed': 'process order.placed',
    'process order.packed': 'send order.packed',
  })
  expect(new Set(spans.all.map((span) => span.trace)).size).toBe(1)
})

const nameOf = (id: string | undefined): string | undefined => spans.all.find((span) => span.id === id)?.name

test('each handler of an event has a span of its own, and one that does not wait too', async () => {
  const bus = newBus()
  await bus.subscribe('order.*', () => {}, { name: 'one' }).ready
  await bus.subscribe('order.*', async () => {}, { name: 'two' }).ready
  await bus.publish({ type: 'order.placed', data: {} })
  const [sent] = spans.named('send')
  const processed = await handled(2)
  expect(new Set(processed.map(({ attributes }) => attributes['event_bus.handler']))).toEqual(new Set(['one', 'two']))
  expect(processed.map(({ parent }) => parent)).toEqual([sent?.id, sent?.id])
})

test.for(['throws', 'rejects'])('a handler that %s fails its span, and the next attempt links to it', async (how) => {
  const bus = newBus()
  const handle = how === 'throws' ? failOnce : async (...all: Parameters<typeof failOnce>) => failOnce(...all)
  await bus.subscribe('order.*', handle).ready
  await bus.publish({ type: 'order.placed', data: {} })
  const [failed, tried] = await handled(2)
  const [sent] = spans.named('send')
  expect(failed).toMatchObject({ parent: sent?.id, links: [], error: 'once', exceptions: 1 })
  expect(failed?.attributes).toMatchObject({ 'error.type': 'Error', 'event_bus.attempt': 1 })
  expect(tried).toMatchObject({ parent: sent?.id, links: [failed?.id], error: undefined, exceptions: 0 })
  expect(tried?.attributes).toMatchObject({ 'event_bus.attempt': 2 })
})

test('a delayed retry is in the same trace, and links to the attempt that failed', async () => {
  const clock = testClock()
  const bus = newBus({ transport: memory({ clock }) })
  await bus.subscribe('order.*', failOnce, { retry: { immediate: 0, delays: [60_000] } }).ready
  await bus.publish({ type: 'order.placed', data: {} })
  const [failed] = await handled(1)
  await waitFor(() => (clock.advance(60_000), spans.named('process').length === 2))
  expect(spans.named('process')[1]).toMatchObject({ trace: failed?.trace, links: [failed?.id] })
})

test('a retry whose attempt was made in another process links to the publish', async () => {
  const clock = testClock()
  const transport = memory({ clock })
  const options = { group: 'packers', name: 'pack', retry: { immediate: 0, delays: [60_000] } }
  const [first, second] = [newBus({ transport }), newBus({ transport, instance: 'b' })]
  const subscription = first.subscribe('order.*', failOnce, options)
  await subscription.ready
  await first.publish({ type: 'order.placed', data: {} })
  await handled(1)
  await subscription.unsubscribe()
  await second.subscribe('order.*', failOnce, options).ready
  await waitFor(() => (clock.advance(60_000), spans.named('process').length === 2))
  const [sent] = spans.named('send')
  expect(spans.named('process')[1]).toMatchObject({ parent: sent?.id, links: [sent?.id] })
})

test('a dead letter ends in a failed span; redriven it is handled in the same trace', async () => {
  const bus = newBus()
  let isBroken = true
  await bus.subscribe('order.*', () => {
    if (isBroken) throw new DeadLetter('never')
  }).ready
  await bus.publish({ type: 'order.placed', data: {} })
  const [failed] = await handled(1)
  expect(failed).toMatchObject({ error: 'never', exceptions: 1 })
  isBroken = false
  await waitFor(async () => (await bus.deadLetters.count()) === 1)
  await bus.deadLetters.redrive({ all: true })
  const [, handledNow] = await handled(2)
  expect(handledNow).toMatchObject({ trace: failed?.trace, error: undefined })
})

test('a handler that hangs ends its span when its time is over', async () => {
  const bus = newBus()
  await bus.subscribe('order.*', () => new Promise(() => {}), { timeoutMs: 5, retry: { maxAttempts: 1 } }).ready
  await bus.publish({ type: 'order.placed', data: {} })
  const [hung] = await handled(1)
  expect(hung?.attributes['error.type']).toBe('HANDLER_TIMEOUT')
  expect(hung?.exceptions).toBe(1)
})

test('a publish that fails fails its span, with the code; published again, the event keeps its trace', async () => {
  const bus = newBus({ transport: memory({ maxQueuedEvents: 1 }) })
  const error = await bus.publish({ type: 'order..placed', data: {} }).catch((one: unknown) => one)
  const [failed] = spans.named('send')
  expect(failed).toMatchObject({ exceptions: 1 })
  expect(failed?.attributes['error.type']).toBe('EVENT_TYPE_INVALID')
  const { event } = error as { event: { extensions: Record<string, string> } }
  const again = await bus.publish({ type: 'order.placed', data: {}, extensions: event.extensions })
  expect(again.extensions).toEqual(event.extensions)
  expect(spans.named('send')[1]).toMatchObject({ links: [failed?.id] })
})

test('what is no event is refused as ever', async () => {
  const bus = newBus()
  for (const wrong of [undefined, null, 5, {}, { type: 5, data: 1 }])
    await expect(bus.publish(wrong as never)).rejects.toMatchObject({ code: /^EVENT_/ })
})

test("relation 'link': a handler's span is the root of its own trace, linked to the publish", async () => {
  const bus = newBus({}, { relation: 'link' })
  await bus.subscribe('order.*', failOnce).ready
  await bus.publish({ type: 'order.placed', data: {} })
  const [failed, tried] = await handled(2)
  const [sent] = spans.named('send')
  expect(failed).toMatchObject({ parent: undefined, links: [sent?.id] })
  expect(tried).toMatchObject({ parent: undefined, links: [sent?.id, failed?.id] })
  expect(new Set([failed?.trace, tried?.trace, sent?.trace]).size).toBe(3)
})

test('a replay to a handler is part of what called it, and links to the publish', async () => {
  const store = memoryStore()
  const bus = newBus({ store })
  await bus.publish({ type: 'order.placed', data: {} })
  await waitFor(async () => (await store.lastPosition()) === 1)
  const [sent] = spans.named('send')
  await tracer.startActiveSpan('rebuild', async (rebuild) => {
    await bus.replay({ pattern: '#' }, () => {})
    rebuild.end()
  })
  const [processed] = await handled(1)
  const [rebuild] = spans.named('rebuild')
  expect(processed).toMatchObject({ trace: rebuild?.trace, parent: rebuild?.id, links: [sent?.id] })
  expect(processed?.attributes['event_bus.replay']).toBe(true)
})

test('a replay to a group begins traces of its own, linked to the publishes', async () => {
  const store = memoryStore()
  const bus = newBus({ store })
  await bus.publish({ type: 'order.placed', data: {} })
  await waitFor(async () => (await store.lastPosition()) === 1)
  const [sent] = spans.named('send')
  await bus.subscribe('order.*', () => {}, { group: 'packers' }).ready
  await bus.replay({}, { group: 'packers', pattern: 'order.*' })
  const [processed] = await handled(1)
  expect(processed).toMatchObject({ parent: undefined, links: [sent?.id] })
  expect(processed?.trace).not.toBe(sent?.trace)
})

test('on a bus of several clusters there is one span for an event, with the cluster that brought it', async () => {
  const clusters = ['eu', 'us'].map((name) => ({ name, transport: memory() }))
  await using bus = createMultiClusterBus({ source: 'test', logger: silentLogger, clusters })
  traceEvents(bus, { tracerProvider, propagator })
  await bus.subscribe('order.*', () => {}).ready
  await bus.publish({ type: 'order.placed', data: {} })
  await waitFor(() => bus.cluster('eu').duplicates + bus.cluster('us').duplicates === 1)
  const [sent, ...others] = spans.named('send')
  const [processed] = await handled(1)
  expect([others, spans.named('process').length]).toEqual([[], 1])
  expect(sent?.attributes['messaging.system']).toBe('memory')
  expect(processed).toMatchObject({ parent: sent?.id })
  expect(processed?.attributes['event_bus.cluster']).toMatch(/^(eu|us)$/)
})

test('subscribing inside of a span puts no handler into it', async () => {
  const bus = newBus()
  await tracer.startActiveSpan('start', async (start) => {
    await bus.subscribe('order.*', () => {}).ready
    start.end()
  })
  await bus.publish({ type: 'order.placed', data: {}, extensions: { traceparent: 'broken' } })
  const [processed] = await handled(1)
  const [sent] = spans.named('send')
  expect(processed?.parent).toBe(sent?.id)
})

test('without an SDK events go out as they are, and handlers run', async () => {
  const bus = createEventBus({ source: 'test', logger: silentLogger })
  buses.push(bus)
  traceEvents(bus)
  const active: unknown[] = []
  await bus.subscribe('order.*', () => void active.push(trace.getActiveSpan()?.isRecording())).ready
  const event = await bus.publish({ type: 'order.placed', data: {} })
  await waitFor(() => active.length === 1)
  expect([event.extensions, active, spans.all]).toEqual([undefined, [false], []])
})

test.for([
  [{ tracerProvider: {} }, /'tracerProvider' is an object; allowed: a TracerProvider/],
  [{ propagator: { inject: 1 } }, /'propagator'/],
  [{ relation: 'parent' }, /'relation' is a string; allowed: 'child' or 'link'/],
  [{ provider: 1 }, /'provider' is not an option/],
] as const)('%o is refused', ([options, message]) => {
  const bus = createEventBus({ source: 'test', logger: silentLogger })
  buses.push(bus)
  expect(() => traceEvents(bus, options as never)).toThrow(message)
})
