import { randomUUID } from 'node:crypto'
import { type ChannelModel, connect } from 'amqplib'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { createEventBus, type EventBusError, silentLogger, type UntypedBus } from '../../src/index.ts'
import { rabbitmq, type RabbitmqOptions } from '../../src/rabbitmq/index.ts'
import { accountFor } from '../support/account.ts'
import { Arrivals } from '../support/arrivals.ts'
import { readDeadLetters } from '../support/rabbitmq/dead-letters.ts'
import { removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { waitFor } from '../support/wait-for.ts'

const url = inject('amqpUrl')
const patience = { timeoutMs: 60_000 }
const limits = { timeout: 180_000 }
let exchangeName: string
let proxy: TcpProxy
let observer: ChannelModel
let buses: UntypedBus[]

beforeEach(async () => {
  const { hostname, port } = new URL(url)
  proxy = await startTcpProxy({ host: hostname, port: Number(port || 5672) })
  exchangeName = `test.batching.${randomUUID().slice(0, 8)}`
  observer = await connect(url)
  buses = []
})

afterEach(async () => {
  await Promise.all(buses.map((bus) => bus.close({ timeoutMs: 2_000 })))
  await Promise.all([proxy.close(), observer.close()])
  await removeTopologyOf(url, exchangeName, [`${exchangeName}:group:g:a.#`])
})

function makeBus(source: string, options: RabbitmqOptions = {}) {
  const address = new URL(url)
  address.host = `127.0.0.1:${proxy.port}`
  const reconnect = { minMs: 10, maxMs: 100 }
  const transport = rabbitmq({ url: address.href, exchangeName, reconnect, batching: true, ...options })
  const bus = createEventBus({ source, instance: source, logger: silentLogger, transport })
  buses.push(bus)
  return bus
}

/** What crosses the exchange, as a consumer sees it that knows nothing of the bus. */
async function observe(): Promise<string[]> {
  const seen: string[] = []
  const channel = await observer.createChannel()
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(queue, exchangeName, '#')
  const note = (type: string, events: readonly { data: unknown }[]): unknown =>
    seen.push(`${type}: ${events.map(({ data }) => data).join(' ')}`)
  await channel.consume(queue, (message) => {
    if (!message) return
    const { contentType } = message.properties as { contentType?: string }
    const content = JSON.parse(String(message.content))
    if (contentType === 'application/cloudevents-batch+json') note(`batch of ${message.fields.routingKey}`, content)
    else note(message.fields.routingKey, [content])
  })
  return seen
}

/** For each publish `ok`, or the code that it rejected with. */
async function outcomesOf(publishes: readonly Promise<unknown>[]): Promise<string[]> {
  const outcomes = await Promise.allSettled(publishes)
  return outcomes.map((one) => (one.status === 'fulfilled' ? 'ok' : (one.reason as EventBusError).code))
}

test(
  'events of one type and tick leave as one message, each with its own outcome; one that is alone leaves alone',
  limits,
  async () => {
    const bus = makeBus('shop', { batching: { maxEvents: 3 } })
    await bus.ready
    const seen = await observe()
    const publish = (type: string, data: unknown, options = {}) => bus.publish({ type, data }, options)
    const outcomes = await outcomesOf([
      publish('a.x', 1),
      publish('a.y', 1),
      publish('a.x', 2),
      publish('a.x', 'aborted', { signal: AbortSignal.abort() }),
      publish('a.x', 3),
      publish('a.x', 4),
      publish('a.y', 2),
    ])
    expect(outcomes).toEqual(['ok', 'ok', 'ok', 'PUBLISH_ABORTED', 'ok', 'ok', 'ok'])
    await publish('a.x', 'alone')
    await waitFor(() => seen.length === 4, patience)
    expect(seen).toEqual(['batch of a.x: 1 2 3', 'batch of a.y: 1 2', 'a.x: 4', 'a.x: alone'])
    expect(bus.measurements().buffered).toEqual({ events: 0, bytes: 0 })
  },
)

test('of a batch that no queue wants, each event that must have one is PUBLISH_UNROUTABLE', limits, async () => {
  const bus = makeBus('shop')
  await bus.ready
  const publishes = [false, true, true, false, true].map((requireRoute) =>
    bus.publish({ type: 'a.x', data: 1 }, { requireRoute }),
  )
  const unroutable = 'PUBLISH_UNROUTABLE'
  expect(await outcomesOf(publishes)).toEqual(['ok', unroutable, unroutable, 'ok', unroutable])
})

test('of a batch that a full queue refuses, each event is tried again by itself', limits, async () => {
  const bus = makeBus('shop')
  await bus.ready
  const full = `${exchangeName}:full`
  const channel = await observer.createChannel()
  await channel.assertQueue(full, { exclusive: true, arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' } })
  await channel.bindQueue(full, exchangeName, '#')
  await bus.publish({ type: 'a.x', data: 'fills it' })
  const seen = await observe()
  const publishes = [1, 2, 3].map((data) => bus.publish({ type: 'a.x', data }))
  await waitFor(() => seen.length > 3, patience)
  await channel.deleteQueue(full)
  expect(await outcomesOf(publishes)).toEqual(['ok', 'ok', 'ok'])
  const [first, ...others] = seen
  expect(first).toBe('batch of a.x: 1 2 3')
  expect(new Set(others)).toEqual(new Set(['a.x: 1', 'a.x: 2', 'a.x: 3']))
})

test(
  'what is published while the broker is away waits, each event within its own limits, and leaves together and in order',
  limits,
  async () => {
    const bus = makeBus('shop')
    await bus.ready
    proxy.refuse()
    proxy.cut()
    await waitFor(() => bus.status === 'connecting', patience)
    const late = bus.publish({ type: 'a.x', data: 'too late' }, { timeoutMs: 50 })
    const publishes = Array.from({ length: 250 }, (_, data) => bus.publish({ type: 'a.x', data }, patience))
    expect(await outcomesOf([late])).toEqual(['PUBLISH_TIMEOUT'])
    expect(bus.measurements().buffered.events).toBe(250)
    const seen = await observe()
    proxy.accept()
    expect(new Set(await outcomesOf(publishes))).toEqual(new Set(['ok']))
    await waitFor(() => seen.length === 3, patience)
    const sent = seen.flatMap((line) => line.replace('batch of a.x: ', '').split(' '))
    expect(sent).toEqual(publishes.map((_, index) => String(index)))
  },
)

test(
  'a flood of several types from two publishers: nothing is lost, the order holds within a type, dead is what fails',
  limits,
  async () => {
    const [perType, types] = [1_000, ['a.one', 'a.two', 'a.three']]
    const handled: string[] = []
    const orders = types.map(() => new Arrivals())
    interface Item {
      readonly from: string
      readonly number: number
    }
    const isBad = ({ number }: Item): boolean => number % 100 === 7
    const consumer = makeBus('consumer')
    const handle = ({ id, type, data }: { id: string; type: string; data: unknown }): void => {
      const item = data as Item
      if (isBad(item)) throw new Error('never')
      handled.push(id)
      orders[types.indexOf(type)]?.add(item.from, item.number)
    }
    await consumer.subscribe('a.#', handle, { group: 'g', concurrency: 1, retry: { maxAttempts: 1 } }).ready
    const good: string[] = []
    const bad: string[] = []
    let isCut = false
    async function publish(bus: UntypedBus, from: string, number: number): Promise<void> {
      const events = types.map((type) => bus.publish({ type, data: { from, number } satisfies Item }, patience))
      for (const { id } of await Promise.all(events)) (isBad({ from, number }) ? bad : good).push(id)
      if (isCut || good.length < perType) return
      isCut = true
      proxy.cut()
    }
    const flood = ['till', 'shop'].flatMap((from) => {
      // More of them than may be under way at once.
      const bus = makeBus(from, { batching: { maxEvents: 5 } })
      return Array.from({ length: perType }, (_, number) => publish(bus, from, number))
    })
    await Promise.all(flood)
    await waitFor(async () => (await consumer.deadLetters.count()) >= bad.length, patience)
    await waitFor(() => new Set(handled).size === good.length, patience)
    const dead = (await readDeadLetters(url, exchangeName)).map(({ messageId }) => String(messageId))
    const account = accountFor('group', [...good, ...bad], handled, dead)
    expect(account).toMatchObject({ confirmed: 6_000, handled: good.length, dead: bad.length, lost: 0 })
    expect(new Set(dead)).toEqual(new Set(bad))
    expect(orders.flatMap(({ outOfOrder }) => outOfOrder)).toEqual([])
  },
)
