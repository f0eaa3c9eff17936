import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { createEventBus, DeadLetter, RetryLater, silentLogger } from '../../src/index.ts'
import { rabbitmq, type RabbitmqOptions } from '../../src/rabbitmq/index.ts'
import { readDeadLetters } from '../support/rabbitmq/dead-letters.ts'
import { removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { waitFor } from '../support/wait-for.ts'

const url = inject('amqpUrl')
let exchangeName: string
let buses: { close(): Promise<unknown> }[]

beforeEach(() => {
  exchangeName = `test.retries.${randomUUID().slice(0, 8)}`
  buses = []
})

afterEach(async () => {
  await Promise.all(buses.map((bus) => bus.close()))
  const queues = ['instance:a', 'instance:b', 'group:g:a.*'].map((name) => `${exchangeName}:${name}`)
  await removeTopologyOf(url, exchangeName, queues)
})

function makeBus(instance = 'a', options: RabbitmqOptions = {}) {
  const bus = createEventBus({
    source: 'test',
    instance,
    logger: silentLogger,
    transport: rabbitmq({ url, exchangeName, ...options }),
  })
  buses.push(bus)
  return bus
}

async function oneDeadLetter() {
  const [letter] = await waitFor(async () => {
    const letters = await readDeadLetters(url, exchangeName)
    return letters.length > 0 && letters
  })
  return letter
}

describe('a handler that fails', () => {
  test('runs again at once, then after delays, and only it; attempts are counted through', async () => {
    const bus = makeBus()
    const attempts: number[] = []
    let others = 0
    const flaky = (_event: unknown, { attempt }: { attempt: number }): void => {
      attempts.push(attempt)
      if (attempt < 4) throw new Error('not yet')
    }
    await bus.subscribe('a.*', flaky, { retry: { immediate: 1, delays: [1_000], maxAttempts: 5 } }).ready
    await bus.subscribe('a.*', () => void others++, { name: 'other' }).ready
    await bus.publish({ type: 'a.b', data: 1 })
    await waitFor(() => attempts.length === 4, { timeoutMs: 10_000 })
    expect(attempts).toEqual([1, 2, 3, 4])
    expect(others).toBe(1)
    expect(await readDeadLetters(url, exchangeName)).toEqual([])
  })

  test('can say when to run again, and when never', async () => {
    const bus = makeBus()
    const seen: string[] = []
    await bus.subscribe(
      'a.*',
      ({ data }, { attempt }) => {
        seen.push(`${String(data)} ${attempt}`)
        if (data === 'later' && attempt === 1) throw new RetryLater({ afterMs: 900 })
        if (data === 'never') throw new DeadLetter('no such customer')
      },
      { name: 'decides' },
    ).ready
    await bus.publish({ type: 'a.b', data: 'later' })
    await bus.publish({ type: 'a.b', data: 'never' })
    await waitFor(() => seen.includes('later 2'), { timeoutMs: 10_000 })
    expect(seen).toEqual(['later 1', 'never 1', 'later 2'])
    expect((await oneDeadLetter())?.headers).toMatchObject({
      'event-bus-reason': 'rejected',
      'event-bus-error-message': 'no such customer',
      'event-bus-handlers': ['a.* decides'],
      'event-bus-attempts': 1,
    })
  })

  test('that is gone when its retry comes is reported in the dead letters', async () => {
    const bus = makeBus()
    let runs = 0
    const failed = bus.subscribe(
      'a.*',
      () => {
        runs++
        throw new Error('always')
      },
      { name: 'old', retry: { immediate: 0 } },
    )
    await failed.ready
    await bus.subscribe('a.*', () => {}, { name: 'new' }).ready
    await bus.publish({ type: 'a.b', data: 1 })
    await waitFor(() => runs === 1)
    await failed.unsubscribe()
    expect((await oneDeadLetter())?.headers).toMatchObject({
      'event-bus-reason': 'handlers-gone',
      'event-bus-handlers': ['a.* old'],
    })
  })

  test('a group member retries where another one failed, with the attempts of both', async () => {
    const seen: string[] = []
    for (const instance of ['a', 'b']) {
      const bus = makeBus(instance)
      await bus.subscribe(
        'a.*',
        (_event, { attempt }) => {
          seen.push(`${attempt}`)
          if (attempt < 3) throw new Error('not yet')
        },
        { group: 'g', name: 'work', retry: { immediate: 0, delays: [0, 1_000] } },
      ).ready
    }
    await (buses[0] as ReturnType<typeof makeBus>).publish({ type: 'a.b', data: 1 })
    await waitFor(() => seen.length === 3, { timeoutMs: 10_000 })
    expect(seen).toEqual(['1', '2', '3'])
  })
})

test('a delay of 1 s behind one of 60 s comes first; odd delays pass several levels', async () => {
  const bus = makeBus()
  const order: unknown[] = []
  await bus.subscribe('a.*', ({ data }, { attempt }) => {
    if (attempt === 1) throw new RetryLater({ afterMs: Number(data) * 1_000 })
    order.push(data)
  }).ready
  for (const data of [60, 3, 2, 1]) await bus.publish({ type: 'a.b', data })
  await waitFor(() => order.length === 3, { timeoutMs: 15_000 })
  expect(order).toEqual([1, 2, 3])
})

test('retries and schedules work on classic queues, too', async () => {
  const bus = makeBus('a', { queueType: 'classic' })
  const seen: string[] = []
  const fail = ({ data }: { data: unknown }, { attempt }: { attempt: number }): void => {
    seen.push(`${String(data)} ${attempt}`)
    if (attempt === 1) throw new RetryLater({ afterMs: 1_000 })
  }
  await bus.subscribe('a.*', fail).ready
  await bus.publish({ type: 'a.b', data: 'now' })
  await bus.publish({ type: 'a.b', data: 'later' }, { afterMs: 3_000 })
  await waitFor(() => seen.length === 4, { timeoutMs: 10_000 })
  expect(seen).toEqual(['now 1', 'now 2', 'later 1', 'later 2'])
})

describe('a scheduled event', () => {
  test('is published when it is due, after those that are due before it', async () => {
    const bus = makeBus()
    const order: unknown[] = []
    await bus.subscribe('a.*', ({ data }) => void order.push(data)).ready
    const late = await bus.publish({ type: 'a.b', data: 'in 2 s', subject: 's' }, { afterMs: 2_000 })
    await bus.publish({ type: 'a.b', data: 'in 1 s' }, { deliverAt: new Date(Date.now() + 900) })
    await bus.publish({ type: 'a.b', data: 'at once' }, { deliverAt: new Date(0) })
    await waitFor(() => order.length === 3, { timeoutMs: 10_000 })
    expect(order).toEqual(['at once', 'in 1 s', 'in 2 s'])
    expect(late).toMatchObject({ type: 'a.b', subject: 's' })
  })

  test('is one of thousands that a new bus schedules at once, near and far', async () => {
    const bus = makeBus()
    const delays = [1_000, 200_000, 1_000 * 2 ** 25]
    const publishing = Array.from({ length: 3_000 }, (_, index) =>
      bus.publish({ type: 'a.b', data: index }, { afterMs: delays[index % 3] }),
    )
    expect(await Promise.all(publishing)).toHaveLength(3_000)
  })

  test('reaches those who subscribe between its publishing and its time, though its publisher is gone', async () => {
    const publisher = makeBus('a')
    const { id } = await publisher.publish({ type: 'a.b', data: 1 }, { afterMs: 2_000 })
    await publisher.close()
    const received: string[] = []
    await makeBus('b').subscribe('a.*', (event) => void received.push(event.id)).ready
    await waitFor(() => received.length === 1, { timeoutMs: 10_000 })
    expect(received).toEqual([id])
  })
})
