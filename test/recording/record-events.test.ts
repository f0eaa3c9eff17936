import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  createEventBus,
  type EventBus,
  EventBusError,
  memory,
  type MemoryTransport,
  recordEvents,
  type RecordEventsOptions,
  silentLogger,
} from '../../src/index.ts'
import { fastClock } from '../support/fast-clock.ts'
import { FaultyStore } from '../support/stores/faulty-store.ts'
import { waitFor } from '../support/wait-for.ts'

const unavailable = new EventBusError('STORE_UNAVAILABLE', 'The database is away.')

let transport: MemoryTransport
let buses: EventBus[]
let faulty: FaultyStore

beforeEach(() => {
  transport = memory({ clock: fastClock(100) })
  buses = []
  faulty = new FaultyStore()
})

afterEach(async () => {
  faulty.heal()
  await Promise.all(buses.map((bus) => bus.close({ timeoutMs: 100 })))
})

function newBus(source = 'shop'): EventBus {
  const bus = createEventBus({ source, transport, logger: silentLogger })
  buses.push(bus)
  return bus
}

async function publish(bus: EventBus, count: number): Promise<string[]> {
  const events = Array.from({ length: count }, (_, number) => ({ type: 'order.placed', data: { number } }))
  return (await Promise.all(events.map((event) => bus.publish(event)))).map(({ id }) => id)
}

async function expectRecorded(ids: readonly string[]): Promise<void> {
  await waitFor(async () => (await faulty.store.count()) >= ids.length, { message: `${ids.length} recorded events` })
  expect((await faulty.ids()).sort()).toEqual([...ids].sort())
  expect(transport.deadLetters).toEqual([])
}

test('every event of every publisher is recorded once, in order, many at a time', async () => {
  const [shop, billing, archive] = [newBus('shop'), newBus('billing'), newBus('archive')]
  const recording = recordEvents(archive, faulty.store)
  await recording.ready
  const [first, second] = await Promise.all([publish(shop, 1_000), publish(billing, 1_000)])
  await expectRecorded([...first, ...second])
  const events = await faulty.events()
  expect(events.filter(({ source }) => source === 'shop').map(({ id }) => id)).toEqual(first)
  expect(faulty.appends.length).toBeLessThan(200)
  await waitFor(() => recording.waiting === 0)
  expect(recording).toMatchObject({ recorded: 2_000, status: 'ready' })
})

test('two that record in one group share the events; two groups record all, each', async () => {
  const other = new FaultyStore()
  const [one, two, audit, shop] = [newBus(), newBus(), newBus(), newBus()]
  const recordings = [recordEvents(one, faulty.store), recordEvents(two, faulty.store)]
  const audited = recordEvents(audit, other.store, { group: 'audit', pattern: 'order.#' })
  await Promise.all([...recordings, audited].map(({ ready }) => ready))
  const ids = await publish(shop, 500)
  await shop.publish({ type: 'bill.sent', data: {} })
  await waitFor(async () => (await faulty.store.count()) === 501)
  await waitFor(async () => (await other.store.count()) === 500)
  expect(recordings.every(({ recorded }) => recorded > 0)).toBe(true)
  expect(recordings[0]!.recorded + recordings[1]!.recorded).toBe(501)
  expect(await other.ids()).toEqual(ids)
})

test('what is published while nobody records waits for the next one', async () => {
  const [archive, shop] = [newBus(), newBus()]
  await recordEvents(archive, faulty.store).ready
  await archive.close()
  const ids = await publish(shop, 300)
  recordEvents(newBus(), faulty.store)
  await expectRecorded(ids)
})

test('a store that is away keeps events in hand, within the prefetch, and is a warning in health', async () => {
  const bus = newBus()
  const recording = recordEvents(bus, faulty.store)
  await recording.ready
  faulty.fail(unavailable)
  const ids = await publish(bus, 500)
  await waitFor(() => faulty.appends.length >= 3)
  expect(recording.waiting).toBe(100)
  expect((await bus.healthCheck()).checks['recorder:event-recorder']).toMatchObject({
    status: 'warn',
    observedValue: 100,
    output: expect.stringContaining('The database is away.') as string,
  })
  faulty.heal()
  await expectRecorded(ids)
  expect(await faulty.ids()).toEqual(ids)
  await waitFor(async () => (await bus.healthCheck()).status === 'pass')
})

test('an outage that outlasts every attempt sends nothing to the dead letters', async () => {
  const bus = newBus()
  const attempts: number[] = []
  bus.use({
    handle: (next) => (event, context) => {
      attempts.push(context.attempt)
      return next(event, context)
    },
  })
  await recordEvents(bus, faulty.store, { holdMs: 5 }).ready
  faulty.hang()
  const ids = await publish(bus, 20)
  await waitFor(() => Math.max(...attempts) > 25, { timeoutMs: 15_000 })
  faulty.heal()
  await expectRecorded(ids)
})

test.each([
  ['is invalid', new EventBusError('EVENT_INVALID', 'The store does not like it.')],
  ['fails on, and on no other', new Error('constraint violated')],
])('an event that the store says %s goes to the dead letters, the others are recorded', async (_, fault) => {
  const bus = newBus()
  const recording = recordEvents(bus, faulty.store)
  await recording.ready
  faulty.faultOf = ({ type }) => (type === 'order.poisoned' ? fault : undefined)
  const before = await publish(bus, 30)
  const { id } = await bus.publish({ type: 'order.poisoned', data: {} })
  const after = await publish(bus, 30)
  await waitFor(() => transport.deadLetters.length === 1 || publish(bus, 1).then(() => false))
  expect(transport.deadLetters[0]).toMatchObject({ message: { event: { id } }, why: { reason: 'rejected' } })
  await waitFor(() => recording.waiting === 0)
  expect((await faulty.ids()).slice(0, 60)).toEqual([...before, ...after])
})

describe('stopping', () => {
  test('records what is in hand, and takes nothing more', async () => {
    const bus = newBus()
    const recording = recordEvents(bus, faulty.store)
    await recording.ready
    faulty.hang()
    await publish(bus, 50)
    await waitFor(() => recording.waiting === 50)
    const stopping = recording.stop()
    faulty.heal()
    await stopping
    expect(recording).toMatchObject({ recorded: 50, waiting: 0, status: 'ended' })
    expect((await bus.healthCheck()).checks).not.toHaveProperty('recorder:event-recorder')
    await publish(bus, 10)
    expect(await faulty.store.count()).toBe(50)
  })

  test('hands back what the store does not take: the next one records it', async () => {
    const [one, two] = [newBus(), newBus()]
    const recording = recordEvents(one, faulty.store)
    await recording.ready
    faulty.hang()
    const ids = await publish(two, 150)
    await waitFor(() => recording.waiting === 100)
    const healthy = new FaultyStore()
    await recording.stop({ timeoutMs: 100 })
    expect(recording.waiting).toBe(0)
    recordEvents(two, healthy.store)
    await waitFor(async () => (await healthy.store.count()) === 150)
    expect((await healthy.ids()).sort()).toEqual([...ids].sort())
  })

  test('closing the bus with a store that is away loses nothing', async () => {
    const [archive, shop] = [newBus(), newBus()]
    await recordEvents(archive, faulty.store).ready
    faulty.fail(unavailable)
    const ids = await publish(shop, 250)
    await waitFor(() => faulty.appends.length >= 2)
    expect(await archive.close({ timeoutMs: 200 })).toMatchObject({ unfinishedDeliveries: 100 })
    faulty.heal()
    recordEvents(newBus(), faulty.store)
    await expectRecorded(ids)
  })
})

test('one bus records once for a group', async () => {
  const bus = newBus()
  recordEvents(bus, faulty.store)
  expect(() => recordEvents(bus, faulty.store)).toThrow(expect.objectContaining({ code: 'HANDLER_NAME_IN_USE' }))
  const { checks } = await bus.healthCheck()
  expect(Object.keys(checks)).toContain('recorder:event-recorder')
})

test.each([
  [{ group: 'a:b' }, 'OPTION_INVALID', /'group' has a colon/],
  [{ pattern: 'a..b' }, 'PATTERN_INVALID', /a\.\.b/],
  [{ holdMs: 0 }, 'OPTION_INVALID', /'holdMs' is out of range/],
  [{ hold: 5 }, 'OPTION_INVALID', /recordEvents: 'hold' is not an option/],
])('%o is refused', (options, code, message) => {
  expect(() => recordEvents(newBus(), faulty.store, options as RecordEventsOptions)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) as string }),
  )
})

test('what is no store is refused', () => {
  expect(() => recordEvents(newBus(), {} as never)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
})
