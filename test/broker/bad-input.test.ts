import { randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import { connect } from 'amqplib'
import { afterEach, describe, expect, inject, test } from 'vitest'
import { createEventBus, type EventBusError, silentLogger } from '../../src/index.ts'
import { rabbitmq, type RabbitmqOptions } from '../../src/rabbitmq/index.ts'
import { type DeadLetter, readDeadLetters } from '../support/rabbitmq/dead-letters.ts'
import { onChannel, removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { waitFor } from '../support/wait-for.ts'

const url = inject('amqpUrl')
const cleanUps: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

/** A bus with an exchange and an instance name of its own, both gone after the test. */
function makeBus(options: RabbitmqOptions = {}) {
  const exchangeName = options.exchangeName ?? `test.bad.${randomUUID().slice(0, 8)}`
  const instance = 'tester'
  const given = options.host === undefined && options.url === undefined ? { url } : {}
  const bus = createEventBus({
    source: 'test',
    instance,
    logger: silentLogger,
    transport: rabbitmq({ ...given, ...options, exchangeName }),
  })
  const queues = [`${exchangeName}:instance:${instance}`, `${exchangeName}:group:g:a.*`]
  cleanUps.push(
    () => removeTopologyOf(url, exchangeName, queues),
    () => bus.close({ timeoutMs: 1_000 }),
  )
  return { bus, exchangeName }
}

/** The code that the promise rejects with. */
async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error('did not reject'),
    (reason: EventBusError) => reason,
  )
  return (error as EventBusError).code ?? error.message
}

function withPart(change: (parsed: URL) => void): string {
  const parsed = new URL(url)
  change(parsed)
  return parsed.href
}

/** `ready`, a publish and a subscription all say the same. */
async function expectRefusal(options: RabbitmqOptions, code: string): Promise<void> {
  const { bus } = makeBus(options)
  expect(await codeOf(bus.subscribe('a.*', () => {}).ready)).toBe(code)
  expect(await codeOf(bus.ready)).toBe(code)
  expect(bus.status).toBe('refused')
  expect(await codeOf(bus.publish({ type: 'a.b', data: 1 }))).toBe(code)
  const health = await bus.healthCheck()
  expect(health.status).toBe('fail')
  expect(JSON.stringify(health)).toContain(code)
  expect(JSON.stringify(health)).not.toContain('wrong-secret')
}

describe('a broker that does not want us', () => {
  test('a wrong password is CREDENTIALS_REFUSED, at once and without the password', async () => {
    const options = { url: withPart((parsed) => (parsed.password = 'wrong-secret')) }
    await expectRefusal(options, 'CREDENTIALS_REFUSED')
    const { bus } = makeBus(options)
    await expect(bus.ready).rejects.not.toThrow(/wrong-secret/)
  })

  test('an unknown virtual host is VHOST_REFUSED', async () => {
    await expectRefusal({ url: withPart((parsed) => (parsed.pathname = '/no-such-vhost')) }, 'VHOST_REFUSED')
  })

  test('TLS to a plain port is TLS_FAILED', async () => {
    await expectRefusal({ url: withPart((parsed) => (parsed.protocol = 'amqps:')), tls: true }, 'TLS_FAILED')
  })

  test('a port that nobody listens on is retried; publishes wait until their limit and health says CONNECTION_FAILED', async () => {
    const { bus } = makeBus({ host: '127.0.0.1', port: await freePort() })
    expect(await codeOf(bus.publish({ type: 'a.b', data: 1 }, { timeoutMs: 300 }))).toBe('PUBLISH_TIMEOUT')
    expect(bus.status).toBe('connecting')
    const health = await bus.healthCheck()
    expect(health.checks['connection:publish']?.output).toContain('CONNECTION_FAILED')
  })
})

describe('an exchange that is not ours', () => {
  test('another type is TOPOLOGY_MISMATCH, which names the exchange and the difference', async () => {
    const exchangeName = `test.bad.${randomUUID().slice(0, 8)}`
    await onChannel(url, (channel) => channel.assertExchange(exchangeName, 'fanout', { durable: true }))
    const { bus } = makeBus({ exchangeName })
    const subscription = bus.subscribe('a.*', () => {})
    expect(await codeOf(bus.ready)).toBe('TOPOLOGY_MISMATCH')
    await expect(subscription.ready).rejects.toThrow(new RegExp(`${exchangeName}.*'topic' but current is 'fanout'`))
    expect(subscription.status).toBe('failed')
    expect(await codeOf(bus.publish({ type: 'a.b', data: 1 }))).toBe('TOPOLOGY_MISMATCH')
  })

  test('a queue with other arguments hurts its own subscription only', async () => {
    const { bus, exchangeName } = makeBus()
    await onChannel(url, (channel) =>
      channel.assertQueue(`${exchangeName}:group:g:a.*`, { durable: true, arguments: { 'x-queue-type': 'classic' } }),
    )
    const received: unknown[] = []
    const healthy = bus.subscribe('a.*', ({ data }) => void received.push(data))
    const broken = bus.subscribe('a.*', () => {}, { group: 'g' })
    await expect(broken.ready).rejects.toMatchObject({
      code: 'TOPOLOGY_MISMATCH',
      message: expect.stringContaining(`${exchangeName}:group:g:a.*`),
    })
    await healthy.ready
    await bus.publish({ type: 'a.b', data: 1 })
    await waitFor(() => received.length === 1)
    const { checks } = await bus.healthCheck()
    expect(checks['subscription:g:a.*']).toMatchObject({
      status: 'fail',
      output: expect.stringContaining('TOPOLOGY_MISMATCH'),
    })
    expect(checks['subscription:instance:tester']?.status).toBe('pass')
  })

  test("topology 'check' names what is missing and declares nothing", async () => {
    const { bus, exchangeName } = makeBus({ topology: 'check' })
    await expect(bus.ready).rejects.toMatchObject({
      code: 'TOPOLOGY_MISSING',
      message: expect.stringContaining(exchangeName),
    })
    await expect(onChannel(url, (channel) => channel.checkExchange(exchangeName))).rejects.toThrow('NOT_FOUND')
  })
})

describe('an event that cannot be sent', () => {
  test('an invalid type is EVENT_TYPE_INVALID', async () => {
    const { bus } = makeBus()
    for (const type of ['', 'a..b', '.a', 'a.*', '#', 'x'.repeat(256)]) {
      expect(await codeOf(bus.publish({ type, data: 1 })), type).toBe('EVENT_TYPE_INVALID')
    }
  })

  test('data that JSON cannot carry is EVENT_NOT_SERIALIZABLE', async () => {
    const { bus } = makeBus()
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    for (const data of [cycle, { big: 1n }, () => {}, Symbol('s')]) {
      expect(await codeOf(bus.publish({ type: 'a.b', data }))).toBe('EVENT_NOT_SERIALIZABLE')
    }
  })

  test('a message over the size limit of the broker is EVENT_TOO_LARGE, and those around it go out', async () => {
    const { bus } = makeBus()
    const received: unknown[] = []
    await bus.subscribe('a.*', ({ data }) => void received.push(data)).ready
    // The default limit is 128 MiB on RabbitMQ 3.x and 16 MiB on 4.x.
    const huge = 'x'.repeat(129 * 1024 * 1024)
    const publishes = [1, 2, huge, 3, 4].map((data) => bus.publish({ type: 'a.b', data }))
    const outcomes = await Promise.allSettled(publishes)
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ])
    expect(await codeOf(publishes[2] as Promise<unknown>)).toBe('EVENT_TOO_LARGE')
    await waitFor(() => new Set(received).size === 4)
    expect([...new Set(received)]).toEqual([1, 2, 3, 4])
  }, 60_000)
})

describe('a message that is no event', () => {
  test('goes to the dead letters with its bytes intact, and the consumer goes on', async () => {
    const { bus, exchangeName } = makeBus()
    const received: unknown[] = []
    await bus.subscribe('a.*', ({ data }) => void received.push(data)).ready
    const bytes = Buffer.from([0xff, 0x00, 0x7b, 0xfe])
    await publishRaw(exchangeName, 'a.b', bytes, {
      contentType: 'application/json',
      messageId: 'odd',
      expiration: '60000',
    })
    await publishRaw(exchangeName, 'a.b', Buffer.from('{"specversion":"1.0"}'), {
      contentType: 'application/cloudevents+json',
    })
    await bus.publish({ type: 'a.b', data: 'good' })
    await waitFor(() => received.length === 1)
    const letters = await waitFor(() => atLeast(2, exchangeName))
    expect(letters[0]?.content).toEqual(bytes)
    expect(letters[0]?.headers).toMatchObject({
      'event-bus-reason': 'undecodable',
      'event-bus-origin-queue': `${exchangeName}:instance:tester`,
      'event-bus-routing-key': 'a.b',
      'event-bus-error-message': expect.stringContaining('no JSON'),
    })
    expect(letters[0]?.messageId).toBe('odd')
  })
})

test('headers of every kind survive the way to the dead letters', async () => {
  const { bus, exchangeName } = makeBus()
  await bus.subscribe('a.*', () => {}).ready
  const headers = {
    text: 'ü',
    number: 2 ** 52,
    float: 1.5,
    yes: true,
    nothing: null,
    list: [1, 'two', [3]],
    table: { deep: { er: 1 } },
    bytes: Buffer.from([0, 255]),
    time: { '!': 'timestamp', value: 1_700_000_000 },
  }
  await publishRaw(exchangeName, 'a.b', Buffer.from('no json'), {
    headers: { ...headers, CC: ['a.c'], 'x-death': [{ queue: 'old' }] },
    userId: 'guest',
  })
  const [letter] = await waitFor(() => atLeast(1, exchangeName)).then((letters) => letters ?? [])
  expect(letter?.headers).toMatchObject(headers)
  expect(letter?.headers).not.toHaveProperty('CC')
  expect(letter?.headers).not.toHaveProperty('x-death')
})

test('headers that leave no room for those of a dead letter cost the error, not the event', async () => {
  const { bus, exchangeName } = makeBus({ format: 'binary' })
  const fails = (): never => {
    throw new Error('x'.repeat(2_000))
  }
  await bus.subscribe('a.*', fails, { retry: { maxAttempts: 1 } }).ready
  await bus.publish({ type: 'a.b', data: 1, subject: 's'.repeat(64_000) })
  const [letter] = (await waitFor(() => atLeast(1, exchangeName))) ?? []
  expect(letter?.headers).toMatchObject({
    cloudEvents_subject: 's'.repeat(64_000),
    'event-bus-reason': 'handlers-failed',
    'event-bus-headers-cut': 'without the error',
  })
})

test('JSON nested a hundred thousand deep is handled like any other', async () => {
  const { bus, exchangeName } = makeBus()
  let depth = 0
  await bus.subscribe('a.*', ({ data }) => {
    for (let inner = data; Array.isArray(inner); inner = inner[0]) depth++
  }).ready
  await publishRaw(exchangeName, 'a.b', Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)), {
    contentType: 'application/json',
  })
  await waitFor(() => depth === 100_000)
})

test('a logger that throws hurts nobody', async () => {
  const exchangeName = `test.bad.${randomUUID().slice(0, 8)}`
  const fail = (): never => {
    throw new Error('the disk is full')
  }
  const logger = { debug: fail, info: fail, warn: fail, error: fail }
  const bus = createEventBus({ source: 'test', instance: 'tester', logger, transport: rabbitmq({ url, exchangeName }) })
  cleanUps.push(
    () => removeTopologyOf(url, exchangeName, [`${exchangeName}:instance:tester`]),
    () => bus.close(),
  )
  await bus.subscribe('a.*', fail, { retry: { maxAttempts: 1 } }).ready
  await bus.publish({ type: 'a.b', data: 1 })
  await waitFor(() => atLeast(1, exchangeName))
})

async function atLeast(count: number, exchangeName: string): Promise<DeadLetter[] | undefined> {
  const letters = await readDeadLetters(url, exchangeName)
  return letters.length >= count ? letters : undefined
}

async function publishRaw(exchange: string, key: string, content: Buffer, options: object): Promise<void> {
  const connection = await connect(url)
  const channel = await connection.createConfirmChannel()
  channel.publish(exchange, key, content, options)
  await channel.waitForConfirms()
  await connection.close()
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
