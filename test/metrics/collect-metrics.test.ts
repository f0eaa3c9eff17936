import { Counter, Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  createEventBus,
  DeadLetter,
  type EventBus,
  EventBusError,
  memory,
  memoryStore,
  recordEvents,
  RetryLater,
  silentLogger,
} from '../../src/index.ts'
import { collectMetrics, type CollectMetricsOptions } from '../../src/metrics/index.ts'
import { FaultyStore } from '../support/stores/faulty-store.ts'
import { parseScrape, type Scrape, shown } from '../support/scrape.ts'
import { waitFor } from '../support/wait-for.ts'

let register: Registry
let buses: EventBus[]

beforeEach(() => {
  register = new Registry()
  buses = []
})

afterEach(async () => {
  for (const bus of buses) await bus.close({ timeoutMs: 500 })
})

function newBus(options: object = {}): EventBus {
  const bus = createEventBus({ source: 'test', logger: silentLogger, ...options })
  buses.push(bus)
  return bus
}

const scrape = async (): Promise<Scrape> => parseScrape(await register.metrics())

/** Waits until the scrape shows these, and no others but 0, of the metrics with these names. */
async function expectMetrics(names: readonly string[], expected: Record<string, number>): Promise<void> {
  await waitFor(async () => {
    expect(shown(await scrape(), ...names)).toEqual(expected)
    return true
  })
}

test('counts what is published, consumed and fails, by event type', async () => {
  const bus = newBus()
  collectMetrics(bus, { register })
  let runs = 0
  await bus.subscribe('app.#', () => {
    if (++runs === 2) throw new Error('once')
  }).ready
  await bus.publish({ type: 'app.installed', data: 1 })
  await bus.publish({ type: 'app.updated', data: 1 })
  await bus.publish({ type: 'unheard', data: 1 })
  await expectMetrics(['published_total', 'consumed_total', 'handler_errors_total', 'retries_total'], {
    'published_total{event_type="app.installed"}': 1,
    'published_total{event_type="app.updated"}': 1,
    'published_total{event_type="unheard"}': 1,
    'consumed_total{event_type="app.installed"}': 1,
    'consumed_total{event_type="app.updated"}': 1,
    'handler_errors_total{event_type="app.updated"}': 1,
    'retries_total{kind="immediate"}': 1,
  })
  await expectMetrics(['handler_duration_seconds_count', 'confirm_duration_seconds_count'], {
    handler_duration_seconds_count: 3,
    confirm_duration_seconds_count: 3,
  })
  const all = await scrape()
  expect(all.get('event_bus_handler_errors_total{event_type="unheard"}')).toBe(0)
  expect(all.get('event_bus_confirm_duration_seconds_bucket{le="+Inf"}')).toBe(3)
})

test('one delivery to several handlers is consumed once, and each run has its time', async () => {
  const bus = newBus()
  collectMetrics(bus, { register })
  const all = [bus.subscribe('a', () => {}), bus.subscribe('#', async () => {}), bus.subscribe('b', () => {})]
  await Promise.all(all.map(({ ready }) => ready))
  await bus.publish({ type: 'a', data: 1 })
  await expectMetrics(['consumed_total', 'handler_duration_seconds_count'], {
    'consumed_total{event_type="a"}': 1,
    handler_duration_seconds_count: 2,
  })
})

test('delayed retries and dead letters count, by kind and reason', async () => {
  const bus = newBus({ validate: 'publish' })
  collectMetrics(bus, { register })
  const fail = (_event: unknown, { attempt }: { attempt: number }): void => {
    if (attempt === 1) throw new RetryLater({ afterMs: 0 })
    throw new DeadLetter('never')
  }
  await bus.subscribe('a', fail, { group: 'workers', name: 'fail' }).ready
  await bus.publish({ type: 'a', data: 1 })
  await expectMetrics(['retries_total', 'dead_letters_total', 'consumed_total', 'handler_errors_total'], {
    'retries_total{kind="delayed"}': 1,
    'dead_letters_total{reason="rejected"}': 1,
    'consumed_total{event_type="a"}': 2,
    'handler_errors_total{event_type="a"}': 2,
  })
})

test('a handler that has gone, or reads the event from the store, consumes nothing of the queue', async () => {
  const store = memoryStore()
  const bus = newBus({ store })
  collectMetrics(bus, { register })
  const seen: string[] = []
  await bus.subscribe('a', ({ id }) => void seen.push(id), { from: 'start' }).caughtUp
  let release = (): void => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  const slow = bus.subscribe('b', () => held, { concurrency: 1, name: 'slow' })
  await slow.ready
  await bus.publish({ type: 'a', data: 1 })
  await bus.publish({ type: 'b', data: 1 })
  await bus.publish({ type: 'b', data: 2 })
  await expectMetrics(['in_flight_deliveries', 'subscriptions'], {
    in_flight_deliveries: 2,
    'subscriptions{state="ready"}': 2,
  })
  const left = slow.unsubscribe()
  release()
  await left
  await waitFor(() => seen.length === 1)
  await expectMetrics(['consumed_total', 'in_flight_deliveries', 'subscriptions', 'handler_duration_seconds_count'], {
    'consumed_total{event_type="a"}': 1,
    'consumed_total{event_type="b"}': 1,
    'subscriptions{state="ready"}': 1,
    handler_duration_seconds_count: 2,
  })
})

test('publishes that were rejected count by their code', async () => {
  const bus = newBus({ transport: memory({ maxQueuedEvents: 1 }) })
  collectMetrics(bus, { register })
  await expect(bus.publish({ type: 'a..b', data: 1 })).rejects.toThrow('a..b')
  await expect(bus.publish({ type: 'a', data: 1 }, { requireRoute: true })).rejects.toThrow('No queue')
  await expectMetrics(['publish', 'confirm_duration_seconds_count'], {
    'publish_errors_total{code="EVENT_TYPE_INVALID"}': 1,
    'publish_errors_total{code="PUBLISH_UNROUTABLE"}': 1,
  })
})

test('the store shows how far it is behind, and its failures', async () => {
  const faulty = new FaultyStore()
  const bus = newBus({ store: faulty.store })
  collectMetrics(bus, { register })
  faulty.fail(new EventBusError('STORE_UNAVAILABLE', 'away'))
  await bus.publish({ type: 'a', data: 1 })
  await bus.publish({ type: 'a', data: 2 })
  const recorder = `{recorder="store:${faulty.store.name}"}`
  await waitFor(async () => {
    const all = await scrape()
    expect(all.get(`event_bus_store_waiting_events${recorder}`)).toBe(2)
    expect(all.get(`event_bus_store_lag_seconds${recorder}`)).toBeGreaterThan(0.01)
    expect(all.get(`event_bus_store_failures_total${recorder}`)).toBeGreaterThan(0)
    return true
  })
  faulty.heal()
  await waitFor(async () => {
    expect(shown(await scrape(), 'store_waiting', 'store_lag', 'store_recorded', 'store_not')).toEqual({
      [`store_recorded_total${recorder}`]: 2,
    })
    return true
  })
})

test('a subscription that reads the store shows how far it is behind, until it ends', async () => {
  const store = memoryStore()
  const bus = newBus({ store, instance: 'a' })
  collectMetrics(bus, { register })
  for (let number = 0; number < 5; number++) await bus.publish({ type: 'a', data: number })
  await waitFor(async () => (await store.lastPosition()) === 5)
  let [release, done] = [(): void => {}, 0]
  const held = new Promise<void>((resolve) => (release = resolve))
  const handle = (): Promise<void> | void => (++done > 2 ? held : undefined)
  const reading = bus.subscribe('a', handle, { from: 'start', concurrency: 1, name: 'index' })
  await expectMetrics(['history'], { 'history_lag_events{subscription="a index"}': 3 })
  await bus.publish({ type: 'a', data: 5 })
  await expectMetrics(['history'], { 'history_lag_events{subscription="a index"}': 4 })
  release()
  await expectMetrics(['history'], {})
  expect((await scrape()).get('event_bus_history_lag_events{subscription="a index"}')).toBe(0)
  await reading.unsubscribe()
  expect((await scrape()).has('event_bus_history_lag_events{subscription="a index"}')).toBe(false)
})

test('what records the events of others shows, too, until it is stopped', async () => {
  const bus = newBus()
  collectMetrics(bus, { register })
  const recording = recordEvents(bus, memoryStore(), { group: 'archive' })
  await recording.ready
  await bus.publish({ type: 'a', data: 1 })
  await expectMetrics(['store'], { 'store_recorded_total{recorder="recorder:archive"}': 1 })
  await recording.stop()
  await expectMetrics(['store'], {})
})

describe('event types beyond the bound', () => {
  async function published(types: readonly string[], maxEventTypes: number): Promise<Record<string, number>> {
    const bus = newBus()
    collectMetrics(bus, { register, maxEventTypes })
    for (const type of types) await bus.publish({ type, data: 1 })
    return shown(await scrape(), 'published_total')
  }

  test('are counted as other', async () => {
    expect(await published(['a', 'b', 'c', 'd', 'a', 'd'], 2)).toEqual({
      'published_total{event_type="a"}': 2,
      'published_total{event_type="b"}': 1,
      'published_total{event_type="other"}': 3,
    })
  })

  test('share that series with a type of this name, wherever it stands', async () => {
    const expected = {
      'published_total{event_type="a"}': 1,
      'published_total{event_type="b"}': 1,
      'published_total{event_type="other"}': 3,
    }
    expect(await published(['other', 'a', 'b', 'c', 'other'], 2)).toEqual(expected)
    register = new Registry()
    expect(await published(['a', 'b', 'c', 'other', 'other'], 2)).toEqual(expected)
  })

  test('are not there as long as there are none', async () => {
    expect(await published(['a', 'b'], 2)).toEqual({
      'published_total{event_type="a"}': 1,
      'published_total{event_type="b"}': 1,
    })
  })
})

test('a type with quotes, backslashes and line breaks is a label value like others', async () => {
  const bus = newBus()
  collectMetrics(bus, { register })
  await bus.publish({ type: 'a"b\\c\nd', data: 1 })
  expect(shown(await scrape(), 'published_total')).toEqual({ 'published_total{event_type="a\\"b\\\\c\\nd"}': 1 })
})

test('they stand beside other metrics, with default labels, as JSON and as OpenMetrics', async () => {
  const bus = newBus()
  const own = new Counter({ name: 'own_total', help: 'mine', registers: [register] })
  own.inc()
  collectMetrics(bus, { register })
  register.setDefaultLabels({ app: 'shop' })
  await bus.publish({ type: 'a', data: 1 })
  const series = 'event_bus_published_total{event_type="a",app="shop"}'
  expect((await scrape()).get(series)).toBe(1)
  expect((await scrape()).get('own_total{app="shop"}')).toBe(1)
  const json = (await register.getMetricsAsJSON()).find(({ name }) => name === 'event_bus_gaps_total')
  expect(json).toMatchObject({ type: 'counter', values: [{ labels: { kind: 'start' } }, { value: 0 }] })
  register.resetMetrics()
  const openMetrics = new Registry<'application/openmetrics-text; version=1.0.0; charset=utf-8'>()
  openMetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  const stop = collectMetrics(bus, { register: openMetrics })
  const text = await openMetrics.metrics()
  expect(text).toContain('# TYPE event_bus_published counter\nevent_bus_published_total{event_type="a"} 1\n')
  expect(text.endsWith('# EOF\n')).toBe(true)
  stop()
  expect(openMetrics.getMetricsAsArray()).toEqual([])
})

test('what was stopped is not there any more, and another bus can take its place', async () => {
  const [first, second] = [newBus(), newBus()]
  const stop = collectMetrics(first, { register })
  expect(() => collectMetrics(second, { register })).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining('has a metric') as string }),
  )
  stop()
  expect(await register.metrics()).toBe('\n')
  collectMetrics(second, { register })
  await second.publish({ type: 'b', data: 1 })
  await expectMetrics(['published_total'], { 'published_total{event_type="b"}': 1 })
})

test('a bus that is closed still shows what it has counted', async () => {
  const bus = newBus()
  collectMetrics(bus, { register })
  await bus.publish({ type: 'a', data: 1 })
  await bus.close()
  await expectMetrics(['published_total', 'connection_state'], {
    'published_total{event_type="a"}': 1,
    'connection_state{connection="memory",state="closed"}': 1,
  })
})

test.for<[string, unknown]>([
  ['no options', undefined],
  ['no registry', {}],
  ['what is no registry', { register: { registerMetric: () => {} } }],
  ['no room for a type', { register: new Registry(), maxEventTypes: 0 }],
  ['more types than are counted', { register: new Registry(), maxEventTypes: 10_001 }],
  ['an option that does not exist', { register: new Registry(), maxTypes: 5 }],
])('%s is refused by code', ([, options]) => {
  const refused = expect.objectContaining({ code: 'OPTION_INVALID' }) as Error
  expect(() => collectMetrics(newBus(), options as CollectMetricsOptions)).toThrow(refused)
})
