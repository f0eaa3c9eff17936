import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { createEventBus, type Gap, type PublishOptions, silentLogger } from '../../src/index.ts'
import { rabbitmq, type RabbitmqOptions } from '../../src/rabbitmq/index.ts'
import { consumerCount, onChannel, queueExists, removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { waitFor } from '../support/wait-for.ts'

const url = inject('amqpUrl')
let proxy: TcpProxy
let exchangeName: string
let cleanUps: (() => Promise<unknown>)[]

beforeEach(async () => {
  const { hostname, port } = new URL(url)
  proxy = await startTcpProxy({ host: hostname, port: Number(port || 5672) })
  exchangeName = `test.recovery.${randomUUID().slice(0, 8)}`
  cleanUps = []
})

afterEach(async () => {
  proxy.resume()
  proxy.accept()
  for (const cleanUp of cleanUps.reverse()) await cleanUp()
  await proxy.close()
  await removeTopologyOf(url, exchangeName, [queueOf('a'), queueOf('b')])
})

const queueOf = (instance: string): string => `${exchangeName}:instance:${instance}`

/** A bus behind the proxy. */
function makeBus(instance = 'a', options: RabbitmqOptions = {}) {
  const address = new URL(url)
  address.host = `127.0.0.1:${proxy.port}`
  const transport = rabbitmq({ url: address.href, exchangeName, reconnect: { minMs: 10, maxMs: 100 }, ...options })
  const bus = createEventBus({ source: 'test', instance, logger: silentLogger, transport })
  cleanUps.push(() => bus.close({ timeoutMs: 2_000 }))
  return bus
}

/** Nothing gets through until `goOnline`. */
function goOffline(): void {
  proxy.refuse()
  proxy.cut()
}

describe('while the broker is away', () => {
  test('what is published goes out in order when it is back', async () => {
    const bus = makeBus()
    const received: unknown[] = []
    await bus.subscribe('a.#', ({ data }) => void received.push(data), { concurrency: 1 }).ready
    goOffline()
    await waitFor(() => bus.status === 'connecting')
    const publishes = Array.from({ length: 500 }, (_, number) => bus.publish({ type: 'a.b', data: number }))
    proxy.accept()
    await Promise.all(publishes)
    await waitFor(() => received.length >= 500)
    expect(received).toEqual(Array.from({ length: 500 }, (_, number) => number))
  })

  test('what is scheduled keeps its limits, and is scheduled when it is back', async () => {
    const bus = makeBus()
    const received: unknown[] = []
    goOffline()
    const schedule = (data: string, options: PublishOptions): Promise<unknown> =>
      bus.publish({ type: 'a.b', data }, { afterMs: 1_000, ...options })
    await expect(schedule('too late', { timeoutMs: 100 })).rejects.toMatchObject({ code: 'PUBLISH_TIMEOUT' })
    await expect(schedule('aborted', { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      code: 'PUBLISH_ABORTED',
    })
    const subscription = bus.subscribe('a.*', ({ data }) => void received.push(data))
    const published = schedule('in time', {})
    proxy.accept()
    await Promise.all([subscription.ready, published])
    await waitFor(() => received.length > 0)
    expect(received).toEqual(['in time'])
  })

  test('a subscription can be made, and receives when it is back', async () => {
    const bus = makeBus()
    await bus.ready
    goOffline()
    await waitFor(() => bus.status === 'connecting')
    const received: unknown[] = []
    const subscription = bus.subscribe('a.b', ({ data }) => void received.push(data))
    expect(subscription.status).toBe('waiting')
    proxy.accept()
    await subscription.ready
    await bus.publish({ type: 'a.b', data: 1 })
    await waitFor(() => received.length === 1)
  })

  test('a subscription can be ended, and does not come back', async () => {
    const bus = makeBus()
    const ended: unknown[] = []
    const kept: unknown[] = []
    const subscription = bus.subscribe('a.b', ({ data }) => void ended.push(data))
    await Promise.all([subscription.ready, bus.subscribe('a.end', ({ data }) => void kept.push(data)).ready])
    goOffline()
    await waitFor(() => bus.status === 'connecting')
    await subscription.unsubscribe()
    proxy.accept()
    await bus.publish({ type: 'a.b', data: 1 })
    await bus.publish({ type: 'a.end', data: 2 })
    await waitFor(() => kept.length === 1)
    expect(ended).toEqual([])
    await expect(bus.publish({ type: 'a.b', data: 3 }, { requireRoute: true })).rejects.toMatchObject({
      code: 'PUBLISH_UNROUTABLE',
    })
  })

  test('an instance gets afterwards what others published meanwhile, and no gap is announced', async () => {
    const bus = makeBus('a')
    const gaps: Gap[] = []
    bus.on('gap', (gap) => gaps.push(gap))
    const received: unknown[] = []
    await bus.subscribe('a.b', ({ data }) => void received.push(data)).ready
    expect(gaps.splice(0)).toMatchObject([{ kind: 'start' }])
    const other = createEventBus({
      source: 'test',
      instance: 'b',
      logger: silentLogger,
      transport: rabbitmq({ url, exchangeName }),
    })
    cleanUps.push(() => other.close())
    goOffline()
    await other.publish({ type: 'a.b', data: 'meanwhile' })
    proxy.accept()
    await waitFor(() => received.length === 1)
    expect(gaps).toEqual([])
  })

  test('close returns within its limit and says how many events were not confirmed', async () => {
    const bus = makeBus()
    await bus.ready
    goOffline()
    await waitFor(() => bus.status === 'connecting')
    const publishes = [1, 2, 3].map((data) => bus.publish({ type: 'a.b', data }))
    expect(await bus.close({ timeoutMs: 200 })).toEqual({
      unfinishedDeliveries: 0,
      unconfirmedEvents: 3,
      unrecordedEvents: 0,
    })
    for (const publish of publishes)
      await expect(publish).rejects.toMatchObject({ code: 'BUS_CLOSED', event: { type: 'a.b' } })
  })

  test('more events than the buffer holds are refused at once', async () => {
    const bus = makeBus('a', { maxBufferedEvents: 2 })
    await bus.ready
    goOffline()
    await waitFor(() => bus.status === 'connecting')
    const kept = [1, 2].map((data) => bus.publish({ type: 'a.b', data }))
    await expect(bus.publish({ type: 'a.b', data: 3 })).rejects.toMatchObject({ code: 'PUBLISH_BUFFER_FULL' })
    proxy.accept()
    await Promise.all(kept)
  })
})

describe('a consumer that the broker took away', () => {
  test('comes back with its queue when the queue is deleted; a gap is announced', async () => {
    const bus = makeBus()
    const gaps: Gap[] = []
    bus.on('gap', (gap) => gaps.push(gap))
    const received: unknown[] = []
    const subscription = bus.subscribe('a.b', ({ data }) => void received.push(data))
    await subscription.ready
    expect(gaps.splice(0)).toMatchObject([{ kind: 'start' }])
    await onChannel(url, (channel) => channel.deleteQueue(queueOf('a')))
    await waitFor(() => gaps.length === 1, { message: 'a gap' })
    await waitFor(() => subscription.status === 'ready', { message: 'ready again' })
    await bus.publish({ type: 'a.b', data: 1 })
    await waitFor(() => received.length === 1)
    expect(gaps[0]).toMatchObject({ instance: 'a', kind: 'loss', reason: expect.stringContaining(queueOf('a')) })
    await waitFor(async () => (await consumerCount(url, queueOf('a'))) === 1, { message: 'one consumer' })
  })

  test('comes back when its channel is closed for an error, and the event in hand is not handled twice', async () => {
    const bus = makeBus()
    const seen: unknown[] = []
    const gate = Promise.withResolvers<void>()
    await bus.subscribe('a.#', async ({ data }) => {
      seen.push(data)
      await gate.promise
    }).ready
    await bus.publish({ type: 'a.b', data: 'in hand' })
    await waitFor(() => seen.length === 1)
    proxy.cut()
    await waitFor(async () => (await bus.healthCheck()).status === 'pass', { message: 'healthy again' })
    await bus.publish({ type: 'a.end', data: 'after' })
    await waitFor(() => seen.includes('after'))
    gate.resolve()
    await bus.close()
    expect(seen).toEqual(['in hand', 'after'])
    const { messageCount } = await onChannel(url, (channel) => channel.checkQueue(queueOf('a')))
    expect(messageCount).toBe(0)
  })

  test('holds up nobody with the event in hand, however often it goes', async () => {
    const bus = makeBus()
    const seen: unknown[] = []
    const gate = Promise.withResolvers<void>()
    const handle = async ({ data }: { data: unknown }): Promise<void> => {
      seen.push(data)
      if (data === 'in hand') await gate.promise
    }
    const subscription = bus.subscribe('a.#', handle)
    await subscription.ready
    await bus.publish({ type: 'a.b', data: 'in hand' })
    const cuts = [1, 2, 3, 4, 5]
    for (const cut of cuts) {
      await waitFor(() => seen.length === cut)
      proxy.cut()
      await waitFor(() => subscription.status === 'waiting')
      await bus.publish({ type: 'a.b', data: cut })
    }
    await waitFor(() => seen.length === 6)
    gate.resolve()
    await bus.close()
    expect(seen).toEqual(['in hand', ...cuts])
  })
})

test('events reach a consumer that has just begun in their order', async () => {
  const publisher = makeBus()
  for (let time = 1; time <= 20; time++) {
    await using bus = createEventBus({
      source: 'test',
      logger: silentLogger,
      transport: rabbitmq({ url, exchangeName }),
    })
    const received: unknown[] = []
    await bus.subscribe('a.b', ({ data }) => void received.push(data)).ready
    const numbers = Array.from({ length: 20 }, (_, number) => number)
    await Promise.all(numbers.map((data) => publisher.publish({ type: 'a.b', data })))
    await waitFor(() => received.length === 20)
    expect(received).toEqual(numbers)
  }
})

describe('health', () => {
  test('answers while the broker hangs, and fails', async () => {
    const bus = makeBus()
    await bus.subscribe('a.b', () => {}).ready
    expect((await bus.healthCheck()).status).toBe('pass')
    proxy.stall()
    const health = await bus.healthCheck()
    // Long before the heartbeat finds out.
    expect(bus.status).toBe('open')
    expect(health.status).toBe('fail')
    expect(health.checks[`exchange:${exchangeName}`]?.output).toContain('did not answer')
  })

  test('a half-open connection is found by its heartbeat, and replaced', async () => {
    const bus = makeBus('a', { heartbeatSeconds: 1 })
    await bus.subscribe('a.b', () => {}).ready
    proxy.stall()
    await waitFor(() => bus.status === 'connecting', { message: 'loss noticed' })
    proxy.cut()
    proxy.resume()
    await waitFor(() => bus.status === 'open', { message: 'connected again' })
    await bus.publish({ type: 'a.b', data: 1 }, { requireRoute: true })
  })
})

test('a generated instance name leaves no queue behind, a named one does', async () => {
  const generated = createEventBus({ source: 'test', logger: silentLogger, transport: rabbitmq({ url, exchangeName }) })
  const named = makeBus('a')
  await Promise.all([generated, named].map((bus) => bus.subscribe('a.b', () => {}).ready))
  expect(await queueExists(url, queueOf(generated.instance))).toBe(true)
  await Promise.all([generated.close(), named.close()])
  expect(await queueExists(url, queueOf(generated.instance))).toBe(false)
  expect(await queueExists(url, queueOf('a'))).toBe(true)
})

test('a subscription that was refused becomes ready when the reason is gone, though its promise was rejected', async () => {
  const bus = makeBus('a', { topology: 'check' })
  const received: unknown[] = []
  const subscription = bus.subscribe('a.b', ({ data }) => void received.push(data))
  await expect(subscription.ready).rejects.toMatchObject({ code: 'TOPOLOGY_MISSING' })
  expect(subscription.status).toBe('failed')
  const maker = makeBus('a')
  await maker.subscribe('a.b', () => {}).ready
  await maker.close()
  // What is missing is looked for again in a minute, or with the next connection.
  proxy.cut()
  await waitFor(() => subscription.status === 'ready', { message: 'ready after all' })
  await bus.publish({ type: 'a.b', data: 1 })
  await waitFor(() => received.length === 1)
  expect((await bus.healthCheck()).status).toBe('pass')
})

test('where the bus may not make the wait ladder, scheduled events are refused and others go on, also after an outage', async () => {
  await onChannel(url, (channel) => channel.assertExchange(exchangeName, 'topic', { durable: true }))
  const bus = makeBus('a', { topology: 'check' })
  await bus.ready
  const schedule = (): Promise<unknown> => bus.publish({ type: 'work.later', data: 1 }, { afterMs: 1_000 })
  await expect(schedule()).rejects.toMatchObject({ code: 'TOPOLOGY_MISSING' })
  await bus.publish({ type: 'work.now', data: 1 })
  proxy.refuse()
  proxy.cut()
  await waitFor(() => bus.status === 'connecting', { message: 'the outage' })
  const duringOutage = [schedule(), bus.publish({ type: 'work.now', data: 2 })]
  proxy.accept()
  const outcomes = await Promise.allSettled(duringOutage)
  expect(outcomes).toMatchObject([
    { status: 'rejected', reason: { code: 'TOPOLOGY_MISSING' } },
    { status: 'fulfilled' },
  ])
  await bus.publish({ type: 'work.now', data: 3 })
})
