import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { createEventBus, type EventBus, type Gap, silentLogger } from '../../src/index.ts'
import { rabbitmq, type RabbitmqOptions } from '../../src/rabbitmq/index.ts'
import { consumerCount, onChannel, queueExists, removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { waitFor } from '../support/wait-for.ts'

const url = inject('amqpUrl')
let proxy: TcpProxy
let exchangeName: string
let queue: string
let buses: EventBus[]
const groups = ['billing', 'mail', 'search', 'stock']
const queueOf = (group: string): string => `${exchangeName}:group:${group}:a.b`

beforeEach(async () => {
  const { hostname, port } = new URL(url)
  proxy = await startTcpProxy({ host: hostname, port: Number(port || 5672) })
  exchangeName = `test.gaps.${randomUUID().slice(0, 8)}`
  queue = `${exchangeName}:instance:a`
  buses = []
})

afterEach(async () => {
  proxy.heal()
  await Promise.all(buses.map((bus) => bus.close({ timeoutMs: 2_000 })))
  await proxy.close()
  await removeTopologyOf(url, exchangeName, [queue, ...groups.map(queueOf)])
})

/** The instance `a` behind the proxy, and the gaps that it was told of. */
function start(options: RabbitmqOptions = {}): { bus: EventBus; gaps: Gap[] } {
  const address = new URL(url)
  address.host = `127.0.0.1:${proxy.port}`
  const transport = rabbitmq({ url: address.href, exchangeName, reconnect: { minMs: 10, maxMs: 100 }, ...options })
  const bus = createEventBus({ source: 'test', instance: 'a', logger: silentLogger, transport })
  const gaps: Gap[] = []
  bus.on('gap', (gap) => gaps.push(gap))
  buses.push(bus)
  return { bus, gaps }
}

const ignore = (): void => {}

/** Until the instance consumes again behind the proxy. */
async function goOffAndOn({ while: work = async () => {} }: { while?: () => Promise<unknown> } = {}): Promise<void> {
  proxy.refuse()
  proxy.cut()
  await waitFor(async () => !(await queueExists(url, queue)) || (await consumerCount(url, queue)) === 0)
  await work()
  proxy.accept()
}

test('the first time that an instance is seen is a start, told before its subscriptions are ready', async () => {
  const { bus, gaps } = start()
  await bus.subscribe('a.b', ignore).ready
  expect(gaps).toEqual([{ instance: 'a', kind: 'start', reason: expect.stringContaining(queue) }])
  expect(bus.measurements().gaps).toEqual({ start: 1, loss: 0 })
})

test('the start is told once, however often the connection breaks before it is ready', async () => {
  const { bus, gaps } = start()
  const { ready } = bus.subscribe('a.b', ignore)
  const made = waitFor(() => queueExists(url, queue))
  await made.then(() => proxy.cut())
  await ready
  expect(gaps.map(({ kind }) => kind)).toEqual(['start'])
})

test('a cut that the queue survives is no gap', async () => {
  const { bus, gaps } = start()
  const subscription = bus.subscribe('a.b', ignore)
  await subscription.ready
  gaps.length = 0
  await goOffAndOn()
  await waitFor(() => subscription.status === 'ready', { message: 'ready again' })
  expect(gaps).toEqual([])
})

test('a restart under the same name is no gap', async () => {
  const before = start()
  await before.bus.subscribe('a.b', ignore).ready
  await before.bus.close()
  const after = start()
  await after.bus.subscribe('a.b', ignore).ready
  expect(after.gaps).toEqual([])
})

test('being away for longer than the queue is kept is a loss, told before it is ready again', async () => {
  const { bus, gaps } = start({ instanceExpiresSeconds: 1 })
  const subscription = bus.subscribe('a.b', ignore)
  await subscription.ready
  gaps.length = 0
  const seen: string[] = []
  bus.on('gap', () => seen.push(subscription.status))
  await goOffAndOn({
    while: () => waitFor(async () => !(await queueExists(url, queue)), { timeoutMs: 20_000, pauseMs: 200 }),
  })
  await waitFor(() => subscription.status === 'ready', { message: 'ready again' })
  expect(gaps).toEqual([{ instance: 'a', kind: 'loss', reason: expect.stringContaining(queue) }])
  expect(seen).toEqual(['waiting'])
  expect(bus.measurements().gaps).toEqual({ start: 1, loss: 1 })
})

test('a new process after that time starts; it has nothing to lose', async () => {
  const before = start({ instanceExpiresSeconds: 1 })
  await before.bus.subscribe('a.b', ignore).ready
  await before.bus.close()
  await waitFor(async () => !(await queueExists(url, queue)), { timeoutMs: 20_000, pauseMs: 200 })
  const after = start({ instanceExpiresSeconds: 1 })
  await after.bus.subscribe('a.b', ignore).ready
  expect(after.gaps.map(({ kind }) => kind)).toEqual(['start'])
})

test('a deleted queue is a loss each time', async () => {
  const { bus, gaps } = start()
  const subscription = bus.subscribe('a.b', ignore)
  await subscription.ready
  gaps.length = 0
  for (const times of [1, 2]) {
    await onChannel(url, (channel) => channel.deleteQueue(queue))
    await waitFor(() => gaps.length === times && subscription.status === 'ready', { message: `${times} gaps` })
  }
  expect(gaps.map(({ kind }) => kind)).toEqual(['loss', 'loss'])
})

test('the queue of a group is no gap of an instance, whatever becomes of it', async () => {
  const { bus, gaps } = start()
  const subscription = bus.subscribe('a.b', ignore, { group: 'billing' })
  await subscription.ready
  const groupQueue = queueOf('billing')
  await onChannel(url, (channel) => channel.deleteQueue(groupQueue))
  await waitFor(async () => (await queueExists(url, groupQueue)) && subscription.status === 'ready')
  expect(gaps).toEqual([])
})

test('an exchange that is deleted has taken the bindings along: a loss, after which the instance hears again', async () => {
  const { bus, gaps } = start({ consumerCheckSeconds: 1 })
  const received: unknown[] = []
  // Each queue has a channel that may be the first to make the exchange anew.
  await Promise.all(groups.map((group) => bus.subscribe('a.b', ignore, { group }).ready))
  await bus.subscribe('a.#', ({ data }) => void received.push(data)).ready
  await bus.ready
  gaps.length = 0
  await onChannel(url, (channel) => channel.deleteExchange(exchangeName))
  await waitFor(() => gaps.length > 0, { message: 'the gap' })
  await bus.publish({ type: 'a.b', data: 'after it' })
  await waitFor(() => received.length > 0, { message: 'the event' })
  expect(gaps).toEqual([{ instance: 'a', kind: 'loss', reason: expect.stringContaining(`exchange '${exchangeName}'`) }])
})

test('a queue that is bound no longer is bound again: by hand, or since a publisher made a deleted exchange anew', async () => {
  const { bus } = start({ consumerCheckSeconds: 1 })
  const received = new Set<string>()
  await bus.subscribe(['a.*', 'b.*'], ({ type }) => void received.add(type)).ready
  await onChannel(url, async (channel) => {
    await channel.unbindQueue(queue, exchangeName, 'a.*')
    await channel.unbindQueue(queue, exchangeName, 'b.*')
  })
  for (const type of ['a.x', 'b.x']) {
    const isHeard = async (): Promise<boolean> => {
      await bus.publish({ type, data: 1 })
      return received.has(type)
    }
    await waitFor(isHeard, { message: `an event of type ${type}` })
  }
})
