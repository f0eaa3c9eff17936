import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { createEventBus, type EventBus, EventBusError, recordEvents, silentLogger } from '../../src/index.ts'
import { rabbitmq, type RabbitmqOptions } from '../../src/rabbitmq/index.ts'
import { sqliteStore } from '../../src/store/sqlite/index.ts'
import { type ArchivistProcess, startArchivist } from '../support/members/start-archivist.ts'
import { onChannel, removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { FaultyStore } from '../support/stores/faulty-store.ts'
import { waitFor } from '../support/wait-for.ts'

const url = inject('amqpUrl')
const unavailable = new EventBusError('STORE_UNAVAILABLE', 'The database is away.')

let exchangeName: string
let buses: EventBus[]
let folder: string

beforeEach(() => {
  exchangeName = `test.recording.${randomUUID().slice(0, 8)}`
  buses = []
  folder = mkdtempSync(path.join(tmpdir(), 'eventbus-recording-'))
})

afterEach(async () => {
  await Promise.all(buses.map((bus) => bus.close({ timeoutMs: 500 })))
  await removeTopologyOf(url, exchangeName, [`${exchangeName}:group:event-recorder:#`])
  rmSync(folder, { recursive: true })
})

function newBus(options: RabbitmqOptions = {}, more: object = {}): EventBus {
  const transport = rabbitmq({ url, exchangeName, reconnect: { maxMs: 300 }, ...options })
  const bus = createEventBus({ source: 'shop', logger: silentLogger, transport, ...more })
  buses.push(bus)
  return bus
}

async function publish(bus: EventBus, count: number): Promise<string[]> {
  const events = Array.from({ length: count }, (_, number) => ({ type: 'order.placed', data: { number } }))
  return (await Promise.all(events.map((event) => bus.publish(event)))).map(({ id }) => id)
}

const recorded = (faulty: FaultyStore, count: number): Promise<unknown> =>
  waitFor(async () => (await faulty.store.count()) >= count, { message: `${count} recorded` })

test('a bus with a store publishes under load while that is away, and records all, once and in order, when it is back', async () => {
  const faulty = new FaultyStore()
  const bus = newBus({}, { store: faulty.store })
  await bus.ready
  faulty.fail(unavailable)
  const during: string[] = []
  await waitFor(
    async () => {
      during.push(...(await publish(bus, 500)))
      return faulty.appends.length >= 4
    },
    { timeoutMs: 15_000 },
  )
  faulty.hang()
  during.push(...(await publish(bus, 500)))
  faulty.heal()
  const after = await publish(bus, 500)
  const ids = [...during, ...after]
  await recorded(faulty, ids.length)
  expect(await faulty.ids()).toEqual(ids)
  expect(await bus.close()).toEqual({ unfinishedDeliveries: 0, unconfirmedEvents: 0, unrecordedEvents: 0 })
})

test('while the store is away the events wait on the broker, all but a prefetch; then all are recorded in order', async () => {
  const faulty = new FaultyStore()
  const [archive, shop] = [newBus({ prefetch: 50 }), newBus()]
  const recording = recordEvents(archive, faulty.store)
  await recording.ready
  faulty.fail(unavailable)
  const ids = await publish(shop, 2_000)
  await waitFor(() => faulty.appends.length >= 4)
  await waitFor(() => recording.waiting === 50)
  const { messageCount } = await onChannel(url, (channel) =>
    channel.checkQueue(`${exchangeName}:group:event-recorder:#`),
  )
  // One is in hand that waits for its turn: the first delivery of a new consumer comes alone, and beside it a whole prefetch.
  expect(messageCount).toBe(1_949)
  faulty.heal()
  await recorded(faulty, 2_000)
  expect(await faulty.ids()).toEqual(ids)
  expect(await shop.deadLetters.count()).toBe(0)
})

test('an event that has been in hand for too long goes back, comes again, and is recorded', async () => {
  const faulty = new FaultyStore()
  const [archive, shop] = [newBus(), newBus()]
  const attempts: number[] = []
  archive.use({
    handle: (next) => (event, context) => {
      attempts.push(context.attempt)
      return next(event, context)
    },
  })
  const recording = recordEvents(archive, faulty.store, { holdMs: 100 })
  await recording.ready
  faulty.hang()
  const ids = await publish(shop, 20)
  await waitFor(() => Math.max(...attempts) >= 3, { timeoutMs: 15_000 })
  faulty.heal()
  await recorded(faulty, 20)
  expect((await faulty.ids()).sort()).toEqual([...ids].sort())
  await waitFor(() => recording.waiting === 0)
  expect(await shop.deadLetters.count()).toBe(0)
})

test('an event of a foreign publisher that no store can take goes to the dead letters, its neighbours are recorded', async () => {
  const faulty = new FaultyStore()
  const [archive, shop] = [newBus(), newBus()]
  await recordEvents(archive, faulty.store).ready
  const before = await publish(shop, 20)
  await onChannel(url, async (channel) => {
    const bad = { specversion: '1.0', id: 'foreign', type: 'order.placed', source: 'else', time: 'yesterday', data: 1 }
    const options = { contentType: 'application/cloudevents+json' }
    channel.publish(exchangeName, 'order.placed', Buffer.from(JSON.stringify(bad)), options)
    // An answer comes behind what was published on the same channel.
    await channel.checkExchange(exchangeName)
  })
  const after = await publish(shop, 20)
  await recorded(faulty, 40)
  expect((await faulty.ids()).sort()).toEqual([...before, ...after].sort())
  await waitFor(async () => (await shop.deadLetters.count()) === 1, { timeoutMs: 10_000 })
  const { letters } = await shop.deadLetters.list()
  expect(letters).toMatchObject([{ reason: 'rejected', event: { id: 'foreign' } }])
})

// After three kills the bus hands out what was in hand one at a time, and takes its time for that.
test(
  'recorders that are killed in the middle lose nothing: every confirmed event is recorded once',
  { timeout: 120_000 },
  async () => {
    const file = path.join(folder, 'events.db')
    const orders = { url, exchangeName, file }
    const shop = newBus()
    const confirmed: string[] = []
    const faults: string[] = []
    for (let round = 1; round <= 3; round++) {
      const archivists: ArchivistProcess[] = [await startArchivist(orders), await startArchivist(orders)]
      let isOver = false
      const publishing = (async () => {
        while (!isOver) confirmed.push(...(await publish(shop, 100)))
      })()
      const target = round * 300
      for (const archivist of archivists) {
        await waitFor(() => archivist.recorded >= target, { timeoutMs: 60_000, message: `${target} recorded` })
        await archivist.kill()
        faults.push(...archivist.faults)
      }
      confirmed.push(...(await publish(shop, 200)))
      isOver = true
      await publishing
    }
    const last = await startArchivist(orders)
    const store = sqliteStore({ file })
    await waitFor(async () => (await store.count()) >= confirmed.length, { timeoutMs: 60_000, message: 'all recorded' })
    await last.end()
    const ids = (await Array.fromAsync(store.read())).map(({ event }) => event.id)
    await store.close()
    console.log(`${confirmed.length} confirmed, ${ids.length} recorded, ${new Set(ids).size} different`)
    expect(ids.sort()).toEqual(confirmed.sort())
    expect([...faults, ...last.faults]).toEqual([])
    expect(await shop.deadLetters.count()).toBe(0)
  },
)
