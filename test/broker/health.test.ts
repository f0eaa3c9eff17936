import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import {
  createEventBus,
  type EventBusOptions,
  type HealthCheck,
  healthResponse,
  silentLogger,
  type UntypedBus,
} from '../../src/index.ts'
import { rabbitmq, type RabbitmqOptions } from '../../src/rabbitmq/index.ts'
import { removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { FaultyStore } from '../support/stores/faulty-store.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { waitFor } from '../support/wait-for.ts'

const url = inject('amqpUrl')
const aDay = 24 * 60 * 60 * 1000
const never = { warnAfterMs: aDay, failAfterMs: aDay }
let proxy: TcpProxy
let exchangeName: string
let buses: UntypedBus[]

beforeEach(async () => {
  const { hostname, port } = new URL(url)
  proxy = await startTcpProxy({ host: hostname, port: Number(port || 5672) })
  exchangeName = `test.health.${randomUUID().slice(0, 8)}`
  buses = []
})

afterEach(async () => {
  const queues = buses.map(({ instance }) => `${exchangeName}:instance:${instance}`)
  proxy.heal()
  await Promise.all(buses.map((bus) => bus.close({ timeoutMs: 2_000 })))
  await proxy.close()
  await removeTopologyOf(url, exchangeName, queues)
})

type Options = Pick<EventBusOptions<never>, 'health' | 'store'>

/** A bus behind the proxy. */
function makeBus(instance: string, options: Options, transport: RabbitmqOptions = {}): UntypedBus {
  const address = new URL(url)
  address.host = `127.0.0.1:${proxy.port}`
  const reconnect = { minMs: 10, maxMs: 100 }
  const bus = createEventBus({
    source: 'test',
    instance,
    logger: silentLogger,
    transport: rabbitmq({ url: address.href, exchangeName, reconnect, ...transport }),
    ...options,
  })
  buses.push(bus)
  return bus
}

/** Nothing gets through until the proxy accepts; resolves when every bus has noticed. */
async function goOffline(): Promise<void> {
  proxy.refuse()
  proxy.cut()
  await waitFor(() => buses.every(({ status }) => status === 'connecting'), { message: 'offline' })
}

async function checkOf(bus: UntypedBus, name: string): Promise<HealthCheck | undefined> {
  return (await bus.healthCheck()).checks[name]
}

async function isWell(bus: UntypedBus): Promise<boolean> {
  const { status, ready } = await bus.healthCheck()
  return status === 'pass' && ready
}

describe('a connection that is away', () => {
  test.for([
    ['passes until the first limit', never, 'pass'],
    ['warns from the first limit on', { warnAfterMs: 0, failAfterMs: aDay }, 'warn'],
    ['fails from the second one on', { warnAfterMs: 0, failAfterMs: 0 }, 'fail'],
  ] as const)('%s, with all that needs it', async ([, health, expected]) => {
    const bus = makeBus('a', { health })
    await bus.subscribe('a.*', () => {}).ready
    await waitFor(() => isWell(bus), { message: 'well' })
    await goOffline()
    const { status, checks } = await bus.healthCheck()
    expect(status).toBe(expected)
    expect(new Set(Object.values(checks).map((check) => check.status))).toEqual(new Set([expected]))
    expect(checks['connection:consume']).toMatchObject({
      observedValue: 'connecting',
      output: expect.stringMatching(/^CONNECTION_FAILED: .*\(without a connection for \d+\.\d s\)$/),
    })
    proxy.accept()
    await waitFor(() => isWell(bus), { message: 'well again' })
  })

  test('warns and then fails as time goes by', async () => {
    const bus = makeBus('a', { health: { warnAfterMs: 300, failAfterMs: 600 } })
    await bus.ready
    await goOffline()
    await waitFor(async () => (await checkOf(bus, 'connection:publish'))?.status === 'fail', { message: 'failed' })
    proxy.accept()
    await waitFor(() => isWell(bus), { message: 'well again' })
  })

  test('goes on counting through connections that die at once', async () => {
    const bus = makeBus('a', { health: { warnAfterMs: 800, failAfterMs: aDay } })
    await bus.ready
    await goOffline()
    const flapping = setInterval(() => proxy.cut(), 50)
    proxy.accept()
    const warned = async (): Promise<boolean> => (await checkOf(bus, 'connection:publish'))?.status === 'warn'
    await waitFor(warned, { message: 'a warning' }).finally(() => clearInterval(flapping))
    await waitFor(() => isWell(bus), { message: 'well again' })
  })
})

describe('a probe', () => {
  test('is told no before the first connection, however short the time', async () => {
    proxy.refuse()
    const bus = makeBus('a', { health: never })
    const before = await bus.healthCheck()
    expect([before.status, before.ready, healthResponse(before).statusCode]).toEqual(['pass', false, 503])
    proxy.accept()
    await waitFor(async () => healthResponse(await bus.healthCheck()).statusCode === 200, { message: 'ready' })
  })

  test('is told no while a subscription waits, and which one', async () => {
    const bus = makeBus('a', { health: never })
    const subscription = bus.subscribe('a.*', () => {})
    await subscription.ready
    await goOffline()
    expect(subscription.status).toBe('waiting')
    const { statusCode, body } = healthResponse(await bus.healthCheck())
    expect([statusCode, body.status]).toEqual([503, 'fail'])
    expect(body.checks['subscription:instance:a']).toMatchObject([{ observedValue: 'waiting' }])
    proxy.accept()
    await waitFor(async () => healthResponse(await bus.healthCheck()).statusCode === 200, { message: 'ready again' })
  })
})

test('a buffer that fills while the broker is away shows, with how many and how long', async () => {
  const buffer = { maxBufferedEvents: 10 }
  const patient = makeBus('a', { health: never }, buffer)
  const strict = makeBus('b', { health: { warnAfterMs: 0, failAfterMs: aDay } }, buffer)
  await Promise.all([patient.ready, strict.ready])
  await goOffline()
  const publishes: Promise<unknown>[] = []
  const publish = (bus: UntypedBus, count: number): void => {
    for (let data = 0; data < count; data++) publishes.push(bus.publish({ type: 'a.b', data }))
  }
  publish(strict, 3)
  expect(await checkOf(strict, 'publisher')).toMatchObject({
    status: 'warn',
    observedValue: 3,
    observedUnit: 'events',
    output: expect.stringMatching(
      /^CONNECTION_FAILED: .*; 3 events with \d+ bytes wait here, the oldest for \d+\.\d s$/,
    ),
  })
  publish(patient, 4)
  expect(await checkOf(patient, 'publisher')).toMatchObject({ status: 'pass', observedValue: 4 })
  publish(patient, 2)
  const half = await checkOf(patient, 'publisher')
  expect(half).toMatchObject({ status: 'warn', output: expect.stringContaining('filled to 60%; 6 events') })
  publish(patient, 4)
  const full = await checkOf(patient, 'publisher')
  expect(full).toMatchObject({ status: 'fail', output: expect.stringContaining('The buffer is full') })
  await expect(patient.publish({ type: 'a.b', data: 10 })).rejects.toMatchObject({ code: 'PUBLISH_BUFFER_FULL' })
  proxy.accept()
  await Promise.all(publishes)
  expect(await checkOf(patient, 'publisher')).toMatchObject({ status: 'pass', observedValue: 0 })
})

test('a store that fails shows with the reason, and the bus stays ready', async () => {
  const faulty = new FaultyStore()
  faulty.fail(new Error('the disk is on fire'))
  const bus = makeBus('a', { store: faulty.store })
  await bus.publish({ type: 'a.b', data: 1 })
  const broken = await waitFor(
    async () => {
      const health = await bus.healthCheck()
      return health.status === 'warn' && health
    },
    { message: 'a warning' },
  )
  const name = `store:${faulty.store.name}`
  expect(broken.checks[name]).toMatchObject({
    status: 'warn',
    observedValue: 1,
    output: expect.stringContaining('the disk is on fire'),
  })
  expect(broken.ready).toBe(true)
  faulty.heal()
  await waitFor(() => isWell(bus), { message: 'well again' })
})
