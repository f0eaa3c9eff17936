import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type BusEvent, createEventBus, type EventBus, silentLogger } from '../../src/index.ts'
import { rabbitmq } from '../../src/rabbitmq/index.ts'
import { forgetConsumers } from '../support/rabbitmq/forget-consumers.ts'
import { type PrivateBroker, startBroker } from '../support/rabbitmq/private-broker.ts'
import { consumerCount } from '../support/rabbitmq/topology.ts'
import { waitFor } from '../support/wait-for.ts'

// A broker that loses a consumer without a word is the one fault that no client notices by itself.

let broker: PrivateBroker
let buses: EventBus[]
let count = 0
let exchangeName: string

beforeAll(async () => {
  broker = await startBroker()
})

afterAll(() => broker.remove())

beforeEach(() => {
  buses = []
  exchangeName = `test.lost-consumers-${++count}`
})

afterEach(async () => {
  for (const bus of buses) await bus.close({ timeoutMs: 2_000 })
})

function makeBus(instance: string): EventBus {
  const transport = rabbitmq({ url: broker.url, exchangeName, consumerCheckSeconds: 1, prefetch: 10 })
  const bus = createEventBus({ source: 'test', instance, logger: silentLogger, transport })
  buses.push(bus)
  return bus
}

async function consumersOf(queue: string, expected: number): Promise<void> {
  await waitFor(async () => (await consumerCount(broker.url, queue)) === expected, {
    message: `${expected} consumers of ${queue}`,
  })
}

test('an instance whose consumer the broker has forgotten hears again, and misses nothing', async () => {
  const bus = makeBus('a')
  const received: BusEvent[] = []
  await bus.subscribe('work.#', (event) => void received.push(event)).ready
  const queue = `${exchangeName}:instance:a`
  await forgetConsumers(broker, queue)
  const { id } = await bus.publish({ type: 'work.one', data: 1 })
  await waitFor(() => received.length > 0, { message: 'the event' })
  expect(received.map((event) => event.id)).toEqual([id])
  await consumersOf(queue, 1)
})

test('a member of a group whose consumer the broker has forgotten works again, though others are there', async () => {
  const names = ['a', 'b']
  const stuck = Promise.withResolvers<void>()
  const received: number[] = []
  const handle = async ({ data }: BusEvent): Promise<void> => {
    received.push(data as number)
    await stuck.promise
  }
  const group = { group: 'workers', concurrency: 100 }
  for (const name of names) await makeBus(name).subscribe('work.#', handle, group).ready
  const queue = `${exchangeName}:group:workers:work.#`
  await forgetConsumers(broker, queue, 1)
  // More than the one that is left will take. It may have one in hand that waits for its turn: from its first delivery on it
  // takes ten beside that.
  for (let data = 0; data < 21; data++) await buses[0]?.publish({ type: 'work.one', data })
  await waitFor(() => received.length >= 20, { message: 'ten events at each member' })
  stuck.resolve()
  // RabbitMQ counts a consumer that was cancelled for as long as one of its deliveries is in hand.
  await consumersOf(queue, 2)
})

test('scheduled events come out again when their consumer was forgotten', async () => {
  const bus = makeBus('a')
  const received: BusEvent[] = []
  await bus.subscribe('work.#', (event) => void received.push(event)).ready
  await bus.publish({ type: 'work.one', data: 1 }, { afterMs: 1_000 })
  await waitFor(() => received.length === 1, { message: 'the first event' })
  await forgetConsumers(broker, `${exchangeName}:scheduled`)
  await bus.publish({ type: 'work.two', data: 2 }, { afterMs: 1_000 })
  await waitFor(() => received.length === 2, { message: 'the second event' })
})

test('consumers that do their work are left alone', async () => {
  const bus = makeBus('a')
  const finish = Promise.withResolvers<void>()
  let redelivered = 0
  let runs = 0
  const handle = async (_event: BusEvent, context: { redelivered: boolean }): Promise<void> => {
    runs++
    if (context.redelivered) redelivered++
    await finish.promise
  }
  await bus.subscribe('work.#', handle, { group: 'workers' }).ready
  await bus.subscribe('news.#', () => {}).ready
  // All that the prefetch allows is in hand, the rest waits: that is no fault.
  for (let data = 0; data < 30; data++) await bus.publish({ type: 'work.one', data })
  await waitFor(() => runs === 10, { message: 'ten events in hand' })
  // Each restoration is the work of a check of all consumers.
  for (let checks = 1; checks <= 3; checks++) {
    await forgetConsumers(broker, `${exchangeName}:instance:a`)
    await consumersOf(`${exchangeName}:instance:a`, 1)
  }
  finish.resolve()
  await waitFor(() => runs === 30, { message: 'all events' })
  expect(redelivered).toBe(0)
})
