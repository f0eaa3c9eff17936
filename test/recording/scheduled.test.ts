import { afterEach, expect, test } from 'vitest'
import { createEventBus, type EventBus, memory, memoryStore, recordEvents, silentLogger } from '../../src/index.ts'
import { testClock } from '../../src/testing/index.ts'
import { waitFor } from '../support/wait-for.ts'

const minute = 60_000
const clock = testClock()
const transport = memory({ clock })
const buses: EventBus[] = []

afterEach(async () => {
  for (const bus of buses.splice(0)) await bus.close({ timeoutMs: 1_000 })
})

function busWith(store?: ReturnType<typeof memoryStore>): EventBus {
  const bus = createEventBus({ source: 'shop', instance: `i${buses.length}`, transport, store, logger: silentLogger })
  buses.push(bus)
  return bus
}

test('a scheduled event is recorded when it is due, and a subscription from the start sees it then, once', async () => {
  const store = memoryStore()
  const bus = busWith(store)
  const seen: string[] = []
  await bus.subscribe('#', ({ id }) => void seen.push(id), { from: 'start' }).ready
  const [soon, late] = await Promise.all([
    bus.publish({ type: 'reminder', data: { order: 1 } }, { afterMs: minute }),
    bus.publish({ type: 'reminder', data: { order: 2 } }, { deliverAt: new Date(Date.now() + 60 * minute) }),
  ])
  const now = await bus.publish({ type: 'order.placed', data: {} })
  await waitFor(() => seen.length === 1)
  expect(await store.count()).toBe(1)
  clock.advance(minute)
  await waitFor(() => seen.length === 2)
  clock.advance(58 * minute)
  await new Promise(setImmediate)
  expect(await store.count()).toBe(2)
  clock.advance(minute)
  await waitFor(() => seen.length === 3)
  expect(seen).toEqual([now.id, soon.id, late.id])
  expect((await Array.fromAsync(store.read({ pattern: 'reminder' }))).map(({ event }) => event.data)).toEqual([
    { order: 1 },
    { order: 2 },
  ])
})

test('it is recorded by whichever bus has a store then, though its publisher has left', async () => {
  const store = memoryStore()
  busWith()
  const [publisher] = [busWith(memoryStore()), busWith(store)]
  const { id } = await publisher.publish({ type: 'reminder', data: {} }, { afterMs: minute })
  expect(await publisher.close()).toMatchObject({ unrecordedEvents: 0 })
  clock.advance(minute)
  await waitFor(async () => (await store.count()) === 1)
  expect((await Array.fromAsync(store.read())).map(({ event }) => event.id)).toEqual([id])
})

test('a recorder records it when it arrives, whoever has a store', async () => {
  const store = memoryStore()
  const [archive, shop] = [busWith(), busWith()]
  await recordEvents(archive, store).ready
  await shop.publish({ type: 'reminder', data: {} }, { afterMs: minute })
  const { id } = await shop.publish({ type: 'order.placed', data: {} })
  await waitFor(async () => (await store.count()) === 1)
  expect((await Array.fromAsync(store.read())).map(({ event }) => event.id)).toEqual([id])
  clock.advance(minute)
  await waitFor(async () => (await store.count()) === 2)
})
