import { randomUUID } from 'node:crypto'
import { connect } from 'amqplib'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { createEventBus, silentLogger, type UntypedBus } from '../../src/index.ts'
import { rabbitmq, type RabbitmqOptions } from '../../src/rabbitmq/index.ts'
import { readDeadLetters } from '../support/rabbitmq/dead-letters.ts'
import { onChannel, removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { waitFor } from '../support/wait-for.ts'

const url = inject('amqpUrl')
const patience = { timeoutMs: 60_000 }
const limits = { timeout: 180_000 }
let exchangeName: string
let proxy: TcpProxy
let buses: UntypedBus[]

beforeEach(async () => {
  const { hostname, port } = new URL(url)
  proxy = await startTcpProxy({ host: hostname, port: Number(port || 5672) })
  exchangeName = `test.batches.${randomUUID().slice(0, 8)}`
  buses = []
})

afterEach(async () => {
  await Promise.all(buses.map((bus) => bus.close({ timeoutMs: 2_000 })))
  await proxy.close()
  await removeTopologyOf(url, exchangeName, [groupQueue()])
})

const groupQueue = (): string => `${exchangeName}:group:g:a.*`

function makeBus(options: RabbitmqOptions = {}) {
  const address = new URL(url)
  address.host = `127.0.0.1:${proxy.port}`
  const reconnect = { minMs: 10, maxMs: 100 }
  const transport = rabbitmq({ url: address.href, exchangeName, reconnect, ...options })
  const bus = createEventBus({ source: 'test', instance: `i-${buses.length}`, logger: silentLogger, transport })
  buses.push(bus)
  return bus
}

/** As a publisher in another language would write it. */
function envelopeOf(data: unknown, id: string = randomUUID()): object {
  return { specversion: '1.0', id, source: 'elsewhere', type: 'a.b', data }
}

async function publishBatch(body: string): Promise<void> {
  const connection = await connect(url)
  const channel = await connection.createConfirmChannel()
  const contentType = 'application/cloudevents-batch+json'
  channel.publish(exchangeName, 'a.b', Buffer.from(body), { contentType, deliveryMode: 2 })
  await channel.waitForConfirms()
  await connection.close()
}

/** Whether nothing is left in a queue that nobody consumes. */
async function isEmpty(queue: string): Promise<boolean> {
  return onChannel(url, async (channel) => {
    const { messageCount } = await channel.checkQueue(queue)
    return messageCount === 0
  })
}

test('the events of a batch are handled in their order, and the next message behind them', limits, async () => {
  const handled: unknown[] = []
  await makeBus().subscribe('a.*', ({ data }) => void handled.push(data), { group: 'g', concurrency: 1 }).ready
  await publishBatch(JSON.stringify([1, 2, 3].map((data) => envelopeOf(data))))
  await publishBatch('[]')
  await publishBatch(JSON.stringify([envelopeOf(4)]))
  await waitFor(() => handled.length === 4, patience)
  expect(handled).toEqual([1, 2, 3, 4])
  await buses[0]?.close()
  expect(await isEmpty(groupQueue())).toBe(true)
  expect(await readDeadLetters(url, exchangeName)).toEqual([])
})

test(
  'what fails or is broken goes to the dead letters by itself, with its own bytes, and can be redriven',
  limits,
  async () => {
    const handled: unknown[] = []
    let isMended = false
    const handle = ({ data }: { data: unknown }): void => {
      if (data === 'bad' && !isMended) throw new Error('not yet')
      handled.push(data)
    }
    const bus = makeBus()
    await bus.subscribe('a.*', handle, { group: 'g', retry: { maxAttempts: 1 } }).ready
    const bad = `{"specversion":"1.0","id":"bad","source":"elsewhere","type":"a.b", "data":"bad","n":1.0}`
    const broken = `{"specversion":"1.0", "data":12345678901234567890}`
    await publishBatch(`[${JSON.stringify(envelopeOf(1))},${bad},${broken},${JSON.stringify(envelopeOf(2))}]`)
    await publishBatch('{"no":"array"}')
    await waitFor(async () => (await readDeadLetters(url, exchangeName)).length === 3, patience)
    expect(handled).toEqual([1, 2])
    const letters = await readDeadLetters(url, exchangeName)
    expect(letters.map(({ content }) => String(content)).sort()).toEqual([bad, broken, '{"no":"array"}'].sort())
    expect(letters.map(({ headers }) => String(headers['event-bus-reason'])).sort()).toEqual([
      'handlers-failed',
      'undecodable',
      'undecodable',
    ])
    isMended = true
    const failed = await bus.deadLetters.list({ reason: 'handlers-failed' })
    expect(failed.letters).toMatchObject([{ event: { id: 'bad', data: 'bad', source: 'elsewhere' }, attempts: 1 }])
    expect(await bus.deadLetters.redrive({ reason: 'handlers-failed' })).toMatchObject({ redriven: 1 })
    await waitFor(() => handled.includes('bad'), patience)
    expect(handled).toEqual([1, 2, 'bad'])
  },
)

test(
  'a batch whose acknowledgement was lost with its connection is not handled again by the same process',
  limits,
  async () => {
    const runs: unknown[] = []
    const held = Promise.withResolvers<void>()
    const bus = makeBus()
    const handle = ({ data }: { data: unknown }): Promise<void> | void => {
      runs.push(data)
      if (data === 'slow') return held.promise
    }
    await bus.subscribe('a.*', handle, { group: 'g' }).ready
    await publishBatch(JSON.stringify([envelopeOf(1), envelopeOf('slow'), envelopeOf(2)]))
    await waitFor(() => runs.length === 3, patience)
    proxy.cut()
    // It comes again while its slow event is still in hand.
    await waitFor(async () => (await bus.healthCheck()).status === 'pass', patience)
    held.resolve()
    await publishBatch(JSON.stringify([envelopeOf('next')]))
    await waitFor(() => runs.includes('next'), patience)
    expect(runs).toEqual([1, 'slow', 2, 'next'])
    await bus.close()
    expect(await isEmpty(groupQueue())).toBe(true)
  },
)

test('a bus that closes amid a batch hands back what it has not begun; nothing is handled twice', limits, async () => {
  const handled: unknown[] = []
  const held = Promise.withResolvers<void>()
  const first = makeBus()
  const handle = async ({ data }: { data: unknown }): Promise<void> => {
    handled.push(data)
    if (data === 2) await held.promise
  }
  await first.subscribe('a.*', handle, { group: 'g', concurrency: 1 }).ready
  await publishBatch(JSON.stringify([1, 2, 3, 4].map((data) => envelopeOf(data))))
  await waitFor(() => handled.length === 2, patience)
  const closed = first.close()
  held.resolve()
  expect(await closed).toEqual({ unfinishedDeliveries: 0, unconfirmedEvents: 0, unrecordedEvents: 0 })
  const second = makeBus()
  await second.subscribe('a.*', handle, { group: 'g', concurrency: 1 }).ready
  await waitFor(() => handled.length === 4, patience)
  await second.close()
  expect(handled).toEqual([1, 2, 3, 4])
  expect(await isEmpty(groupQueue())).toBe(true)
})

test('the events of several batches are in hand at once', limits, async () => {
  const held = Promise.withResolvers<void>()
  let running = 0
  const handle = (): Promise<void> => {
    running++
    return held.promise
  }
  await makeBus().subscribe('a.*', handle, { group: 'g', concurrency: 100 }).ready
  for (let batch = 0; batch < 3; batch++) await publishBatch(JSON.stringify([envelopeOf(0), envelopeOf(0)]))
  await waitFor(() => running === 6, patience).finally(() => held.resolve())
})

test('of a batch, too, no more events are handled at once than the prefetch allows', limits, async () => {
  let running = 0
  let most = 0
  let done = 0
  const handle = async (): Promise<void> => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setImmediate(resolve))
    running--
    done++
  }
  await makeBus({ prefetch: 3 }).subscribe('a.*', handle, { group: 'g', concurrency: 100 }).ready
  for (let batch = 0; batch < 3; batch++) {
    await publishBatch(JSON.stringify(Array.from({ length: 20 }, () => envelopeOf(0))))
  }
  await waitFor(() => done === 60, patience)
  expect(most).toBe(3)
})

test(
  'a batch that was in hand when consumers died comes apart: each of its events goes back by itself, under suspicion',
  limits,
  async () => {
    const first = makeBus()
    await first.subscribe('a.*', () => {}, { group: 'g' }).ready
    await first.close()
    await publishBatch(`[${JSON.stringify(envelopeOf(1, 'one'))},7,${JSON.stringify(envelopeOf(2, 'two'))}]`)
    for (let death = 0; death < 3; death++) await takeAndDie(groupQueue())
    const seen: unknown[] = []
    const warnings: string[] = []
    const bus = createEventBus({
      source: 'test',
      instance: 'second',
      logger: { ...silentLogger, warn: (_fields: object, message: string) => void warnings.push(message) },
      transport: rabbitmq({ url, exchangeName }),
    })
    buses.push(bus)
    await bus.subscribe('a.*', ({ id }, { attempt, redelivered }) => void seen.push({ id, attempt, redelivered }), {
      group: 'g',
    }).ready
    await waitFor(() => seen.length === 2, patience)
    expect(seen).toEqual(
      expect.arrayContaining([
        { id: 'one', attempt: 1, redelivered: true },
        { id: 'two', attempt: 1, redelivered: true },
      ]),
    )
    expect(warnings).toEqual([
      expect.stringMatching(/^A batch of 3 events was in hand 3 times/),
      expect.stringMatching(/^The event '(one|two)' was in hand 3 times/),
      expect.stringMatching(/^The event '(one|two)' was in hand 3 times/),
    ])
    const letters = await readDeadLetters(url, exchangeName)
    expect(letters.map(({ content }) => String(content))).toEqual(['7'])
    await bus.close()
    expect(await isEmpty(groupQueue())).toBe(true)
  },
)

/** Takes what is in the queue and goes without an answer, which the queue counts. */
async function takeAndDie(queue: string): Promise<void> {
  const connection = await connect(url)
  const channel = await connection.createChannel()
  await new Promise((resolve) => void channel.consume(queue, resolve))
  await connection.close()
}
