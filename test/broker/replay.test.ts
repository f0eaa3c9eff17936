import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import {
  type BusEvent,
  type Context,
  createEventBus,
  type EventBus,
  type EventStore,
  memoryStore,
  recordEvents,
  type ReplayReport,
  ReplayStopped,
  silentLogger,
} from '../../src/index.ts'
import { rabbitmq, type RabbitmqOptions } from '../../src/rabbitmq/index.ts'
import { onChannel, removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { waitFor } from '../support/wait-for.ts'

const url = inject('amqpUrl')
let exchangeName: string
let buses: EventBus[]

beforeEach(() => {
  exchangeName = `test.replay.${randomUUID().slice(0, 8)}`
  buses = []
})

afterEach(async () => {
  for (const bus of buses) await bus.close({ timeoutMs: 2_000 })
  const groups = ['work:work.#', 'other:work.#', 'event-recorder:#'].map((name) => `group:${name}`)
  const instances = ['a', 'b', 'c', 'd'].map((name) => `instance:${name}`)
  const queues = [...groups, ...instances].map((name) => `${exchangeName}:${name}`)
  await removeTopologyOf(url, exchangeName, queues)
})

function makeBus(store: EventStore, instance = 'a', options: RabbitmqOptions = {}): EventBus {
  const transport = rabbitmq({ url, exchangeName, reconnect: { maxMs: 300 }, ...options })
  const bus = createEventBus({ source: 'test', instance, store, logger: silentLogger, transport })
  buses.push(bus)
  return bus
}

const queueName = (): string => `${exchangeName}:group:work:work.#`
const target = { group: 'work', pattern: 'work.#' }

async function storeOf(count: number): Promise<EventStore> {
  const store = memoryStore()
  const time = new Date().toISOString()
  const events = Array.from({ length: count }, (_, index) => ({
    id: `e${index + 1}`,
    type: 'work.item',
    source: 'test',
    time,
    data: { number: index + 1 },
  }))
  await store.append(events)
  return store
}

const idsUpTo = (count: number): string[] => Array.from({ length: count }, (_, index) => `e${index + 1}`)

/** The queue of the group, without a member. */
async function makeQueue(store: EventStore): Promise<void> {
  const member = makeBus(store, 'd')
  await member.subscribe('work.#', () => {}, { group: 'work' }).ready
  await member.close()
}

const waiting = (): Promise<number> =>
  onChannel(url, async (channel) => (await channel.checkQueue(queueName())).messageCount)

/** Takes all that waits in the queue, in order. */
function drain(): Promise<string[]> {
  return onChannel(url, async (channel) => {
    const ids: string[] = []
    const { messageCount } = await channel.checkQueue(queueName())
    await channel.consume(queueName(), (message) => ids.push(String(message?.properties.messageId)), { noAck: true })
    await waitFor(() => ids.length >= messageCount)
    return ids
  })
}

describe('a replay to the queue of a group', () => {
  test('reaches no other queue, and stays marked on retries, as a dead letter and redriven', async () => {
    const bus = makeBus(await storeOf(3))
    const seen: string[] = []
    let isBroken = true
    const note =
      (who: string) =>
      ({ id }: BusEvent, { replay, attempt }: Context) => {
        seen.push(`${who} ${id} ${String(replay)} ${attempt}`)
        if (who === 'work' && id === 'e2' && isBroken) throw new Error('broken')
      }
    const retry = { immediate: 0, delays: [1_000] }
    await Promise.all([
      bus.subscribe('work.#', note('work'), { group: 'work', name: 'w', concurrency: 1, retry }).ready,
      bus.subscribe('work.#', note('other'), { group: 'other' }).ready,
      bus.subscribe('work.#', note('broadcast')).ready,
    ])
    expect(await bus.replay({}, target)).toMatchObject({ total: 3, replayed: 3, position: 3, isComplete: true })
    await waitFor(async () => (await bus.deadLetters.count()) === 1, { timeoutMs: 10_000 })
    expect(seen).toEqual(['work e1 true 1', 'work e2 true 1', 'work e3 true 1', 'work e2 true 2'])
    expect((await bus.deadLetters.list()).letters).toMatchObject([
      { event: { id: 'e2', data: { number: 2 } }, group: 'work', queue: queueName(), handlers: ['work.# w'] },
    ])
    isBroken = false
    await bus.deadLetters.redrive({ all: true })
    await waitFor(() => seen.length === 5)
    expect(seen[4]).toBe('work e2 true 1')
  })

  test('is stored in order, stops when it is told to, and goes on without a gap or a repeat', async () => {
    const store = await storeOf(2_000)
    await makeQueue(store)
    const bus = makeBus(store)
    let report: ReplayReport | undefined
    for (let run = 1; !report?.isComplete; run++) {
      const end = new AbortController()
      const onProgress = ({ replayed }: { replayed: number }): void => (replayed === 333 ? end.abort() : undefined)
      report = await bus.replay({}, target, { signal: end.signal, onProgress, resumeFrom: report })
      expect(await waiting()).toBe(report.position)
      expect(run).toBeLessThan(10)
    }
    expect(report).toMatchObject({ position: 2_000, ahead: [] })
    expect(await drain()).toEqual(idsUpTo(2_000))
  })

  test('that stops in the middle since the queue is gone says what is done', async () => {
    const store = await storeOf(2_000)
    await makeQueue(store)
    const bus = makeBus(store)
    const stopped = await bus
      .replay({}, target, {
        ratePerSecond: 2_000,
        onProgress: ({ replayed }) => {
          if (replayed === 300) void onChannel(url, (channel) => channel.deleteQueue(queueName()))
        },
      })
      .catch((error: unknown) => error as ReplayStopped)
    expect(stopped).toBeInstanceOf(ReplayStopped)
    const { report, cause } = stopped as ReplayStopped
    expect(cause).toMatchObject({ code: 'PUBLISH_UNROUTABLE' })
    expect(report.replayed).toBeGreaterThanOrEqual(300)
    expect(report.position).toBe(report.replayed - report.ahead.length)
    await makeQueue(store)
    const rest = await bus.replay({}, target, { resumeFrom: report })
    expect(rest.replayed).toBe(2_000 - report.replayed)
    const left = await drain()
    expect(left.length).toBe(rest.replayed)
    expect(left.some((id) => Number(id.slice(1)) <= report.position)).toBe(false)
  })

  test('goes on by itself after the connection was lost, and loses nothing', async () => {
    const store = await storeOf(3_000)
    await makeQueue(store)
    const { port, hostname } = new URL(url)
    const proxy = await startTcpProxy({ port: Number(port || 5672), host: hostname })
    try {
      const proxied = new URL(url)
      proxied.host = `127.0.0.1:${proxy.port}`
      const bus = makeBus(store, 'b', { url: proxied.href })
      await bus.ready
      const cuts = new Set([500, 1_500])
      const onProgress = ({ replayed }: { replayed: number }): void => (cuts.delete(replayed) ? proxy.cut() : undefined)
      expect(await bus.replay({}, target, { onProgress })).toMatchObject({ replayed: 3_000, isComplete: true })
      expect(cuts.size).toBe(0)
      expect(new Set(await drain())).toEqual(new Set(idsUpTo(3_000)))
      await bus.close()
    } finally {
      await proxy.close()
    }
  })

  test('of what a member has just handled is handled again, also where it was in the hand of another one that died', async () => {
    const store = await storeOf(1)
    const [one, two] = [makeBus(store, 'a', { prefetch: 1 }), makeBus(store, 'b', { prefetch: 1 })]
    const handled: string[] = []
    const gate = Promise.withResolvers<void>()
    const busy = Promise.withResolvers<void>()
    const handle = async ({ id }: BusEvent, { replay, redelivered }: Context): Promise<void> => {
      if (id === 'gate') {
        busy.resolve()
        await gate.promise
      }
      handled.push(`${id} ${String(replay)} ${String(redelivered)}`)
    }
    await one.subscribe('work.#', handle, { group: 'work' }).ready
    await one.publish({ id: 'e1', type: 'work.item', data: {} })
    await waitFor(() => handled.length === 1)
    await one.publish({ id: 'gate', type: 'work.item', data: {} })
    await busy.promise
    const taken = Promise.withResolvers<void>()
    const take = async (): Promise<void> => {
      taken.resolve()
      await new Promise(() => {})
    }
    await two.subscribe('work.#', take, { group: 'work' }).ready
    await one.replay({ id: 'e1' }, target)
    await taken.promise
    await two.close({ timeoutMs: 0 })
    gate.resolve()
    await waitFor(() => handled.length === 3, { timeoutMs: 10_000 })
    expect(handled).toEqual(['e1 false false', 'gate false false', 'e1 true true'])
  })
})

describe('a subscription with from', () => {
  test('goes over from history to what is published while it reads: once each, in the order of the store', async () => {
    const store = await storeOf(500)
    const publisher = makeBus(memoryStore(), 'a')
    await Promise.all(['b', 'c'].map((instance) => recordEvents(makeBus(memoryStore(), instance), store).ready))
    const seen: string[] = []
    const positions: number[] = []
    const publish = async (): Promise<void> => {
      for (let index = 501; index <= 1_500; index++) {
        const published = publisher.publish({ id: `e${index}`, type: 'work.item', data: {} })
        if (index % 20 === 0) await published
      }
    }
    const publishing = publish()
    const handle = ({ id }: BusEvent, { position }: Context): void => {
      seen.push(id)
      positions.push(position ?? 0)
    }
    const options = { from: 'start', name: 'all', concurrency: 1 } as const
    const subscription = makeBus(store, 'd').subscribe('work.#', handle, options)
    await subscription.ready
    await publishing
    await waitFor(() => seen.length >= 1_500, { timeoutMs: 15_000 })
    await publisher.publish({ id: 'last', type: 'work.item', data: {} })
    await waitFor(() => seen.at(-1) === 'last')
    expect(seen.length).toBe(1_501)
    expect(new Set(seen)).toEqual(new Set([...idsUpTo(1_500), 'last']))
    expect(positions).toEqual(positions.toSorted((one, other) => one - other))
  })

  test('what its handler cannot handle waits on the broker, and at last is a dead letter that can be redriven', async () => {
    const store = await storeOf(3)
    const bus = makeBus(store)
    const runs: string[] = []
    let isBroken = true
    const handle = ({ id }: BusEvent, { attempt, position }: Context): void => {
      runs.push(`${id} ${attempt} ${position}`)
      if (id === 'e1' && isBroken) throw new Error('broken')
    }
    const retry = { immediate: 0, delays: [1_000] }
    await bus.subscribe('work.#', handle, { from: 'start', name: 'mine', concurrency: 1, retry }).caughtUp
    await waitFor(async () => (await bus.deadLetters.count()) === 1, { timeoutMs: 10_000 })
    expect(runs).toEqual(['e1 1 1', 'e2 1 2', 'e3 1 3', 'e1 2 undefined'])
    expect((await bus.deadLetters.list()).letters).toMatchObject([
      {
        event: { id: 'e1', data: { number: 1 } },
        handlers: ['work.# mine'],
        queue: `${exchangeName}:instance:a`,
        attempts: 2,
      },
    ])
    isBroken = false
    await bus.deadLetters.redrive({ all: true })
    await waitFor(() => runs.length === 5)
    expect(runs[4]).toBe('e1 1 undefined')
  })
})
