import { afterEach, describe, expect, test } from 'vitest'
import {
  createEventBus,
  type EventBus,
  EventBusError,
  type EventBusOptions,
  memory,
  memoryStore,
} from '../../src/index.ts'
import { publishing } from '../contract/broken/sabotage.ts'
import { keepingLogger, type LogLine } from '../support/log-lines.ts'
import { FaultyStore } from '../support/stores/faulty-store.ts'
import { waitFor } from '../support/wait-for.ts'

const unavailable = new EventBusError('STORE_UNAVAILABLE', 'The database is away.')

let buses: EventBus[] = []

afterEach(async () => {
  await Promise.all(buses.map((bus) => bus.close({ timeoutMs: 0 })))
  buses = []
})

type Options = Omit<EventBusOptions<never>, 'source' | 'logger'>

function busWith(options: Options): { bus: EventBus; lines: LogLine[] } {
  const { logger, lines } = keepingLogger()
  const bus = createEventBus({ source: 'shop', logger, ...options })
  buses.push(bus)
  return { bus, lines }
}

/** Publishes so many events and answers their ids, in the order of the calls. */
async function publish(bus: EventBus, count: number, data: unknown = {}): Promise<string[]> {
  const published = await Promise.all(
    Array.from({ length: count }, (_, number) => bus.publish({ type: 'order.placed', subject: `o-${number}`, data })),
  )
  return published.map(({ id }) => id)
}

async function storeCheck(bus: EventBus): Promise<{ status?: string; observedValue?: unknown; output?: string }> {
  const { checks } = await bus.healthCheck()
  return checks['store:memory'] ?? {}
}

const recorded = (faulty: FaultyStore, count: number): Promise<unknown> =>
  waitFor(async () => (await faulty.store.count()) >= count, { message: `${count} recorded events` })

describe('a bus with a store', () => {
  test('records what it publishes, in order, as it was when it was published', async () => {
    const faulty = new FaultyStore()
    const { bus } = busWith({ store: faulty.store })
    const data = { items: [1] }
    const placed = bus.publish({ type: 'order.placed', subject: 'o-1', data, extensions: { tenant: 'a' } })
    data.items.push(2)
    const others = await publish(bus, 500)
    await recorded(faulty, 501)
    const events = await faulty.events()
    expect(events[0]).toEqual({ ...(await placed), data: { items: [1] } })
    expect(events.map(({ id }) => id)).toEqual([(await placed).id, ...others])
    expect(faulty.appends.length).toBeLessThan(50)
  })

  test('records in the order of publishing, though the broker confirms in another', async () => {
    const reordering = publishing((send) => async (request) => {
      await send(request)
      await new Promise((resolve) => setTimeout(resolve, 20 * Math.random()))
    })
    const faulty = new FaultyStore()
    const { bus } = busWith({ store: faulty.store, transport: reordering(memory()) })
    const ids = await publish(bus, 300)
    await recorded(faulty, 300)
    expect(await faulty.ids()).toEqual(ids)
  })

  test('records events without data, too, and none that was not published', async () => {
    const faulty = new FaultyStore()
    const { bus } = busWith({ store: faulty.store })
    await expect(bus.publish({ type: 'no.route', data: 1 }, { requireRoute: true })).rejects.toThrow()
    await expect(bus.publish({ type: 'order..placed', data: 1 })).rejects.toThrow()
    await bus.publish({ type: 'order.placed', data: undefined })
    await recorded(faulty, 1)
    expect((await faulty.events()).map(({ type, data }) => ({ type, data }))).toEqual([
      { type: 'order.placed', data: undefined },
    ])
  })

  test('publishes while the store never answers, and records all of it when it does', async () => {
    const faulty = new FaultyStore()
    const { bus } = busWith({ store: faulty.store })
    faulty.hang()
    const ids = await publish(bus, 5_000)
    await waitFor(() => faulty.appends.length > 0)
    expect(await faulty.store.count()).toBe(0)
    expect(await storeCheck(bus)).toMatchObject({ observedValue: 5_000 })
    faulty.heal()
    await recorded(faulty, 5_000)
    expect(await faulty.ids()).toEqual(ids)
    expect(await storeCheck(bus)).toMatchObject({ status: 'pass', observedValue: 0 })
    expect(await bus.close()).toEqual({ unfinishedDeliveries: 0, unconfirmedEvents: 0, unrecordedEvents: 0 })
  })

  test('publishes under load while the store fails, tells so, and records all of it, once and in order, afterwards', async () => {
    const faulty = new FaultyStore()
    const { bus, lines } = busWith({ store: faulty.store })
    const before = await publish(bus, 1_000)
    faulty.fail(unavailable)
    const tried = faulty.appends.length
    const during: string[] = []
    await waitFor(async () => {
      during.push(...(await publish(bus, 200)))
      return faulty.appends.length >= tried + 4
    })
    expect(await storeCheck(bus)).toMatchObject({
      status: 'warn',
      output: expect.stringContaining('The database is away.') as string,
    })
    expect((await bus.healthCheck()).status).toBe('warn')
    faulty.heal()
    const after = await publish(bus, 1_000)
    const ids = [...before, ...during, ...after]
    await recorded(faulty, ids.length)
    expect(await faulty.ids()).toEqual(ids)
    await waitFor(async () => (await storeCheck(bus)).status === 'pass')
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'info'])
    expect(lines[0]?.fields).toMatchObject({ store: 'memory', err: unavailable })
  })

  test('gives up the newest beyond its bound of events, counts them, and says so once', async () => {
    const faulty = new FaultyStore()
    const { bus, lines } = busWith({ store: faulty.store, recording: { maxWaitingEvents: 300 } })
    faulty.hang()
    const kept = await publish(bus, 300)
    await publish(bus, 700)
    expect(await storeCheck(bus)).toMatchObject({
      status: 'warn',
      observedValue: 300,
      output: '700 events were not recorded since the bus was made.',
    })
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1)
    faulty.heal()
    await waitFor(async () => (await storeCheck(bus)).status === 'pass')
    const afterwards = await publish(bus, 10)
    expect(await bus.close()).toMatchObject({ unrecordedEvents: 700 })
    expect(await faulty.ids()).toEqual([...kept, ...afterwards])
    const errors = lines.filter(({ level }) => level === 'error').map(({ fields }) => fields.not_recorded)
    expect(errors).toEqual([1, 699])
  })

  test('gives up the newest beyond its bound of bytes, but never the only one', async () => {
    const faulty = new FaultyStore()
    const { bus } = busWith({ store: faulty.store, recording: { maxWaitingBytes: 100_000 } })
    faulty.hang()
    const [large] = await publish(bus, 1, 'x'.repeat(200_000))
    await publish(bus, 1)
    faulty.heal()
    await recorded(faulty, 1)
    await waitFor(async () => (await storeCheck(bus)).observedValue === 0)
    faulty.hang()
    const small = await publish(bus, 12, 'x'.repeat(9_400))
    faulty.heal()
    expect(await bus.close()).toMatchObject({ unrecordedEvents: 3 })
    expect(await faulty.ids()).toEqual([large, ...small.slice(0, 10)])
  })

  test('flushes on close', async () => {
    const faulty = new FaultyStore()
    const { bus } = busWith({ store: faulty.store })
    const ids = await publish(bus, 3_000)
    expect(await bus.close()).toMatchObject({ unrecordedEvents: 0 })
    expect(await faulty.ids()).toEqual(ids)
  })

  test('on close waits for a store that comes back, not longer than it may, and says what was not recorded', async () => {
    const [coming, gone] = [new FaultyStore(), new FaultyStore()]
    const [first, second] = [busWith({ store: coming.store }), busWith({ store: gone.store })]
    coming.fail(unavailable)
    gone.fail(unavailable)
    const ids = await publish(first.bus, 50)
    await publish(second.bus, 50)
    await waitFor(() => coming.appends.length > 2)
    const closing = first.bus.close()
    setTimeout(() => coming.heal(), 100)
    expect(await closing).toMatchObject({ unrecordedEvents: 0 })
    expect(await coming.ids()).toEqual(ids)
    const start = performance.now()
    expect(await second.bus.close({ timeoutMs: 300 })).toMatchObject({ unrecordedEvents: 50 })
    expect(performance.now() - start).toBeLessThan(15_000)
    expect(second.lines.at(-1)).toMatchObject({ level: 'warn', fields: { unrecordedEvents: 50 } })
    const attempts = gone.appends.length
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(gone.appends.length).toBe(attempts)
  })

  test.each([
    ['says is invalid', new EventBusError('EVENT_INVALID', 'The store does not like it.')],
    ['fails on, and on no other', new Error('constraint violated')],
  ])('records all but the event that the store %s', async (_, fault) => {
    const faulty = new FaultyStore()
    const { bus, lines } = busWith({ store: faulty.store })
    faulty.faultOf = ({ subject }) => (subject === 'o-7' ? fault : undefined)
    const ids = await publish(bus, 50)
    await recorded(faulty, 49)
    await waitFor(() => lines.some(({ level }) => level === 'error') || publish(bus, 1).then(() => false))
    expect(lines.find(({ level }) => level === 'error')?.fields).toMatchObject({ event_id: ids[7], err: fault })
    expect((await faulty.ids()).slice(0, 49)).toEqual(ids.filter((id) => id !== ids[7]))
    expect(await bus.close()).toMatchObject({ unrecordedEvents: 1 })
  })

  test('takes no harm from a store that is closed too early, and says what it does not have', async () => {
    const store = memoryStore()
    const { bus, lines } = busWith({ store })
    await publish(bus, 10)
    await waitFor(async () => (await store.count()) === 10)
    await store.close()
    await publish(bus, 10)
    await waitFor(async () => (await storeCheck(bus)).status === 'warn')
    await publish(bus, 10)
    const start = performance.now()
    expect(await bus.close()).toMatchObject({ unrecordedEvents: 20 })
    expect(performance.now() - start).toBeLessThan(15_000)
    expect(lines[0]).toMatchObject({ level: 'warn', fields: { err: { code: 'STORE_CLOSED' } } })
  })

  test('lets others have their turn between two batches, though the store works without a pause', async () => {
    const faulty = new FaultyStore()
    const { bus } = busWith({ store: faulty.store })
    faulty.hang()
    await publish(bus, 5_000)
    await waitFor(() => faulty.appends.length === 1)
    let turns = 0
    const count = (): void => {
      turns++
      if (faulty.appends.length < 25) setImmediate(count)
    }
    setImmediate(count)
    faulty.heal()
    await recorded(faulty, 5_000)
    expect(turns).toBeGreaterThanOrEqual(20)
  })
})

test('a bus without a store has no check of one and records nothing', async () => {
  const { bus } = busWith({})
  await publish(bus, 10)
  expect(Object.keys((await bus.healthCheck()).checks)).toEqual(['connection:memory'])
  expect(await bus.close()).toMatchObject({ unrecordedEvents: 0 })
})

test.each([
  [{ store: {} }, /'store' is an object; allowed: an event store/],
  [{ store: memoryStore(), recording: { maxWaiting: 5 } }, /recording: 'maxWaiting' is not an option/],
  [{ store: memoryStore(), recording: { maxWaitingEvents: 0 } }, /'maxWaitingEvents' is out of range/],
])('%o is refused', (options, message) => {
  expect(() => createEventBus({ source: 'shop', ...(options as Options) })).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringMatching(message) as string }),
  )
})
