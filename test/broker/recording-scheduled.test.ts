import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { createEventBus, type EventBus, type EventStore, memoryStore, silentLogger } from '../../src/index.ts'
import { rabbitmq, type RabbitmqOptions } from '../../src/rabbitmq/index.ts'
import { consumerCount, onChannel, removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { waitFor } from '../support/wait-for.ts'

const url = inject('amqpUrl')

let exchangeName: string
let buses: EventBus[]

beforeEach(() => {
  exchangeName = `test.due.${randomUUID().slice(0, 8)}`
  buses = []
})

afterEach(async () => {
  for (const bus of buses) await bus.close({ timeoutMs: 2_000 })
  const instances = Array.from(buses, ({ instance }) => `${exchangeName}:instance:${instance}`)
  await removeTopologyOf(url, exchangeName, instances)
})

function makeBus(store?: EventStore, options: RabbitmqOptions = {}): EventBus {
  const transport = rabbitmq({ url, exchangeName, ...options })
  const bus = createEventBus({ source: 'shop', instance: `i${buses.length}`, store, logger: silentLogger, transport })
  buses.push(bus)
  return bus
}

const idsIn = async (store: EventStore): Promise<string[]> =>
  (await Array.fromAsync(store.read())).map(({ event }) => event.id)

test.each(['structured', 'binary'] as const)(
  'a scheduled event (%s) is recorded as it was published, when it is due',
  async (format) => {
    const store = memoryStore()
    const bus = makeBus(store, { format })
    const seen: string[] = []
    await bus.subscribe('#', ({ id }) => void seen.push(id), { from: 'start' }).ready
    const input = { type: 'reminder', subject: 'o-1', data: { order: [1, null] }, extensions: { tenant: 'a' } }
    const later = await bus.publish(input, { afterMs: 2_000 })
    const now = await bus.publish({ type: 'order.placed', data: {} })
    await waitFor(() => seen.length === 2, { timeoutMs: 15_000 })
    expect(seen).toEqual([now.id, later.id])
    const [, recorded] = await Array.fromAsync(store.read())
    expect(recorded?.event).toEqual(later)
  },
)

test('of many buses those with a store get what is due, and record all of it, once', async () => {
  const store = memoryStore()
  const others = [makeBus(), makeBus(), makeBus()] as const
  await Promise.all(others.map((bus) => bus.subscribe('reminder', () => {}).ready))
  await makeBus(store).subscribe('reminder', () => {}).ready
  await makeBus(store).subscribe('reminder', () => {}).ready
  const scheduled = `${exchangeName}:scheduled`
  await waitFor(async () => (await consumerCount(url, scheduled)) === 5, { message: 'five schedulers' })
  const [publisher] = others
  const publish = (): Promise<{ id: string }> => publisher.publish({ type: 'reminder', data: {} }, { afterMs: 1_000 })
  const events = await Promise.all(Array.from({ length: 300 }, publish))
  await waitFor(async () => (await store.count()) === 300, { message: '300 recorded' })
  expect((await idsIn(store)).sort()).toEqual(events.map(({ id }) => id).sort())
})

test('what lies among the scheduled events and cannot be read is published all the same', async () => {
  const store = memoryStore()
  const bus = makeBus(store)
  const seen: string[] = []
  await bus.subscribe('reminder', ({ id }) => void seen.push(id)).ready
  const queue = `${exchangeName}:scheduled`
  await waitFor(async () => (await consumerCount(url, queue)) === 1, { message: 'a scheduler' })
  await onChannel(url, async (channel) => {
    const options = { type: 'reminder', messageId: 'foreign', contentType: 'application/cloudevents+json' }
    channel.sendToQueue(queue, Buffer.from('{'), options)
    await channel.checkQueue(queue)
  })
  await waitFor(async () => (await bus.deadLetters.count()) === 1, { message: 'a dead letter' })
  const { id } = await bus.publish({ type: 'reminder', data: {} }, { afterMs: 1_000 })
  await waitFor(() => seen.length === 1)
  await waitFor(async () => (await store.count()) === 1)
  expect(await idsIn(store)).toEqual([id])
})
