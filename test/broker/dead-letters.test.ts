import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { createEventBus, RetryLater, silentLogger } from '../../src/index.ts'
import { rabbitmq } from '../../src/rabbitmq/index.ts'
import { killInTheMiddle } from '../support/members/kill-in-the-middle.ts'
import { putDeadLetters } from '../support/rabbitmq/put-dead-letters.ts'
import { onChannel, removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { waitFor } from '../support/wait-for.ts'

const url = inject('amqpUrl')
let exchangeName: string
let buses: { close(): Promise<unknown> }[]

beforeEach(() => {
  exchangeName = `test.letters.${randomUUID().slice(0, 8)}`
  buses = []
})

afterEach(async () => {
  await Promise.all(buses.map((bus) => bus.close()))
  const queues = ['instance:a', 'instance:b', 'group:g:a.*', 'group:other:a.*', 'pile']
  await removeTopologyOf(
    url,
    exchangeName,
    queues.map((name) => `${exchangeName}:${name}`),
  )
})

function makeBus(instance = 'a') {
  const transport = rabbitmq({ url, exchangeName })
  const bus = createEventBus({ source: 'test', instance, logger: silentLogger, transport })
  buses.push(bus)
  return bus
}

/** A queue without a consumer, for what is redriven to stay in. */
async function makePile(): Promise<string> {
  const queue = `${exchangeName}:pile`
  await onChannel(url, (channel) => channel.assertQueue(queue, { arguments: { 'x-queue-type': 'quorum' } }))
  return queue
}

/** The event ids in a queue, in order, when nobody has any of them in hand; it is empty afterwards. */
async function drain(queue: string): Promise<string[]> {
  return onChannel(url, async (channel) => {
    const state = await waitFor(async () => {
      const found = await channel.checkQueue(queue)
      return found.consumerCount === 0 && found
    })
    const found: string[] = []
    await channel.consume(queue, (message) => found.push(String(message?.properties.messageId)), { noAck: true })
    await waitFor(() => found.length >= state.messageCount, { message: `${state.messageCount} messages of ${queue}` })
    return found
  })
}

/** The ids of the events whose letters are left, in order; there are none afterwards. */
function drainLetters(): Promise<string[]> {
  return drain(`${exchangeName}:dead-letters`)
}

function ids(count: number, prefix = 'e'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(5, '0')}`)
}

const never = { retry: { immediate: 0, maxAttempts: 1 } }

describe('list', () => {
  test('tells all about a letter', async () => {
    const bus = makeBus()
    const fails = (): never => {
      throw new TypeError('no such app')
    }
    await bus.subscribe('a.*', fails, { group: 'g', ...never }).ready
    const event = await bus.publish({ type: 'a.b', data: { n: 1 }, subject: 's' })
    await waitFor(async () => (await bus.deadLetters.count()) === 1)
    const { letters, total, next } = await bus.deadLetters.list()
    expect({ total, next }).toEqual({ total: 1, next: undefined })
    expect(letters).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        event,
        type: 'a.b',
        contentType: 'application/cloudevents+json',
        bytes: expect.any(Number) as number,
        reason: 'handlers-failed',
        queue: `${exchangeName}:group:g:a.*`,
        group: 'g',
        handlers: ['a.* fails'],
        error: { name: 'TypeError', message: 'no such app', stack: expect.stringContaining('at ') as string },
        attempts: 1,
        firstFailedAt: expect.any(String) as string,
        failedAt: expect.any(String) as string,
        instance: 'a',
      },
    ])
    expect((await bus.deadLetters.list()).letters[0]?.id).toBe(letters[0]?.id)
  })

  test('of 1,000 letters gives pages in order and changes nothing, whoever looks at the same time', async () => {
    const wanted = ids(1_000)
    await putDeadLetters(
      url,
      exchangeName,
      wanted.map((id, index) => ({ id, queue: 'q', headers: { 'event-bus-group': index % 4 === 0 ? 'g' : 'h' } })),
    )
    const [one, two] = [makeBus('a'), makeBus('b')]
    const looks = await Promise.all([one, two, one].map((bus) => bus.deadLetters.list({ limit: 10_000 })))
    for (const { letters } of looks) expect(letters.map(({ event }) => event?.id)).toEqual(wanted)
    const paged: string[] = []
    let after: string | undefined
    do {
      const page = await one.deadLetters.list({ group: 'g', limit: 60, after })
      expect(page.total).toBe(250)
      paged.push(...page.letters.map(({ id }) => id))
      after = page.next
    } while (after !== undefined)
    expect(paged).toEqual(wanted.filter((_, index) => index % 4 === 0).map((id) => `letter-${id}`))
    expect(await drainLetters()).toEqual(wanted)
  })

  test('is empty where there never was a dead letter', async () => {
    const bus = makeBus()
    expect(await bus.deadLetters.count()).toBe(0)
    expect(await bus.deadLetters.list()).toEqual({ letters: [], total: 0, next: undefined })
    expect(await bus.deadLetters.redrive({ ids: ['x'] })).toMatchObject({ redriven: 0, missing: ['x'] })
    expect(await bus.deadLetters.discard({ all: true })).toEqual({ discarded: 0, missing: [] })
  })

  test('knows what the broker itself has moved, and it can be redriven', async () => {
    const queue = `${exchangeName}:group:g:a.*`
    const received: string[] = []
    const subscribe = (bus: ReturnType<typeof makeBus>) =>
      bus.subscribe('a.*', ({ id, type }) => void received.push(`${type} ${id}`), { group: 'g' }).ready
    const first = makeBus()
    await subscribe(first)
    await first.close()
    await onChannel(url, async (channel) => {
      channel.publish(exchangeName, 'a.plain', Buffer.from('{"n":1}'), { messageId: 'm1', persistent: true })
      for (let count = 0; count < 22; count++) {
        const message = await channel.get(queue)
        if (message) channel.nack(message, false, true)
        else break
      }
    })
    const bus = makeBus('b')
    await waitFor(async () => (await bus.deadLetters.count()) === 1)
    const { letters } = await bus.deadLetters.list({ reason: 'delivery-limit' })
    expect(letters).toMatchObject([
      { id: `m1@${queue}`, type: 'a.plain', queue, group: 'g', handlers: [], attempts: 0, event: { id: 'm1' } },
    ])
    await subscribe(bus)
    expect(await bus.deadLetters.redrive({ pattern: 'a.plain' })).toMatchObject({ redriven: 1, left: 0 })
    await waitFor(() => received.length === 1)
    expect(received).toEqual(['a.plain m1'])
  })
})

test('what waited for a queue that is gone is a letter, too, and goes back to the queue when it is there again', async () => {
  const bus = makeBus()
  let runs = 0
  const waits = (): void => {
    runs++
    throw new RetryLater({ afterMs: 1_000 })
  }
  await bus.subscribe('a.*', waits, { group: 'g' }).ready
  const { id } = await bus.publish({ type: 'a.b', data: 1 })
  await waitFor(() => runs === 1)
  await bus.close()
  await onChannel(url, (channel) => channel.deleteQueue(`${exchangeName}:group:g:a.*`))
  const again = makeBus('b')
  const { deadLetters } = again
  await waitFor(async () => (await deadLetters.count()) === 1, { timeoutMs: 10_000 })
  expect((await deadLetters.list({ group: 'g' })).letters).toMatchObject([
    { reason: 'destination-gone', event: { id, type: 'a.b' }, handlers: ['a.* waits'], attempts: 1 },
  ])
  const attempts: number[] = []
  await again.subscribe('a.*', (_event, { attempt }) => void attempts.push(attempt), { group: 'g', name: 'waits' })
    .ready
  expect(await deadLetters.redrive({ reason: 'destination-gone' })).toMatchObject({ redriven: 1, left: 0 })
  await waitFor(() => attempts.length === 1)
  expect(attempts).toEqual([1])
})

describe('redrive', () => {
  test('runs the handlers that failed, and only those, with attempt 1, and only in the subscription it came from', async () => {
    const bus = makeBus()
    const seen: string[] = []
    let isMended = false
    const flaky = ({ id }: { id: string }, { attempt }: { attempt: number }): void => {
      if (!isMended) throw new Error('not yet')
      seen.push(`flaky ${id} ${attempt}`)
    }
    await bus.subscribe('a.*', flaky, { group: 'g', ...never }).ready
    await bus.subscribe('a.*', ({ id }) => void seen.push(`other ${id}`), { group: 'g', name: 'other' }).ready
    await bus.subscribe('a.*', ({ id }) => void seen.push(`everywhere ${id}`), { name: 'everywhere' }).ready
    const { id } = await bus.publish({ type: 'a.b', data: 1 })
    await waitFor(async () => seen.length === 2 && (await bus.deadLetters.count()) === 1)
    isMended = true
    expect(await bus.deadLetters.redrive({ group: 'g' })).toEqual({ redriven: 1, failures: [], left: 0, missing: [] })
    await waitFor(() => seen.length === 3)
    expect(seen.slice(2)).toEqual([`flaky ${id} 1`])
    expect(await bus.deadLetters.count()).toBe(0)
  })

  test('of a letter that fails again at once ends; it is there again, with an id of its own', async () => {
    const bus = makeBus()
    let runs = 0
    const fails = (): void => {
      runs++
      throw new Error('always')
    }
    await bus.subscribe('a.*', fails, { group: 'g', ...never }).ready
    for (let count = 0; count < 20; count++) await bus.publish({ type: 'a.b', data: count })
    await waitFor(async () => (await bus.deadLetters.count()) === 20)
    const before = await bus.deadLetters.list()
    expect(await bus.deadLetters.redrive({ all: true })).toMatchObject({ redriven: 20, left: 0 })
    await waitFor(async () => (await bus.deadLetters.count()) === 20)
    expect(runs).toBe(40)
    const after = await bus.deadLetters.list()
    const old = new Set(before.letters.map(({ id }) => id))
    expect(after.letters.filter(({ id }) => old.has(id))).toEqual([])
    expect(after.letters.map(({ attempts }) => attempts)).toEqual(Array.from({ length: 20 }, () => 1))
  })

  test('of 1,000 letters with others between them takes those that were meant, and leaves the others', async () => {
    const queue = await makePile()
    const all = ids(1_000)
    await putDeadLetters(
      url,
      exchangeName,
      all.map((id, index) => ({ id, queue, type: index % 2 === 0 ? 'a.b' : 'c.d' })),
    )
    const bus = makeBus()
    let last = {}
    const report = await bus.deadLetters.redrive({ pattern: 'a.#' }, { onProgress: (progress) => (last = progress) })
    expect(report).toEqual({ redriven: 500, failures: [], left: 0, missing: [] })
    expect(last).toEqual({ looked: 1_000, total: 1_000, done: 500, failed: 0 })
    expect(await drain(queue)).toEqual(all.filter((_, index) => index % 2 === 0))
    expect((await drainLetters()).toSorted()).toEqual(all.filter((_, index) => index % 2 === 1))
  })

  test('keeps the letters whose queue is gone, and names them', async () => {
    const queue = await makePile()
    await putDeadLetters(url, exchangeName, [
      { id: 'same', queue: `${exchangeName}:gone` },
      { id: 'same', queue, headers: { 'event-bus-copy': 'letter-2' } },
      { id: 'last', queue },
    ])
    const report = await makeBus().deadLetters.redrive({ all: true })
    expect(report).toMatchObject({
      redriven: 2,
      left: 1,
      failures: [{ id: 'letter-same', queue: `${exchangeName}:gone`, code: 'PUBLISH_UNROUTABLE' }],
    })
    expect(await drain(queue)).toEqual(['same', 'last'])
    expect(await drainLetters()).toEqual(['same'])
  })

  test('leaves the bytes of what is no event as they are', async () => {
    const queue = await makePile()
    const content = Buffer.from([0, 255, 1, 254])
    const headers = { 'event-bus-reason': 'undecodable', mine: 'kept' }
    await putDeadLetters(url, exchangeName, [{ id: 'raw', queue, content, contentType: 'image/x', headers }])
    const bus = makeBus()
    expect((await bus.deadLetters.list()).letters).toMatchObject([
      { event: undefined, type: 'a.b', bytes: 4, contentType: 'image/x', reason: 'undecodable' },
    ])
    await bus.deadLetters.redrive({ reason: 'undecodable' })
    await onChannel(url, async (channel) => {
      const message = await channel.get(queue)
      if (!message) throw new Error('nothing was redriven')
      expect(message.content).toEqual(content)
      expect(message.properties).toMatchObject({ contentType: 'image/x', messageId: 'raw', headers: { mine: 'kept' } })
      const kept = Object.keys(message.properties.headers ?? {}).filter((name) => name.startsWith('event-bus'))
      const own = ['copy', 'handlers', 'attempts', 'redriven-by', 'routing-key'].map((name) => `event-bus-${name}`)
      expect(kept.toSorted()).toEqual(own.toSorted())
    })
  })

  test('keeps to its rate, ends when it is aborted, and loses nothing by that', async () => {
    const queue = await makePile()
    const all = ids(300)
    await putDeadLetters(
      url,
      exchangeName,
      all.map((id) => ({ id, queue })),
    )
    const controller = new AbortController()
    const startedAt = performance.now()
    const report = await makeBus().deadLetters.redrive(
      { all: true },
      {
        ratePerSecond: 100,
        signal: controller.signal,
        onProgress: ({ done }) => done === 50 && controller.abort(),
      },
    )
    expect(performance.now() - startedAt).toBeGreaterThan(480)
    expect(report.redriven).toBeGreaterThanOrEqual(50)
    expect(report.redriven).toBeLessThan(60)
    const redriven = await drain(queue)
    expect(redriven).toEqual(all.slice(0, report.redriven))
    expect(await drainLetters()).toEqual(all.slice(report.redriven))
  })

  test('by two at once sends each letter once', async () => {
    const queue = await makePile()
    const all = ids(1_000)
    await putDeadLetters(
      url,
      exchangeName,
      all.map((id) => ({ id, queue })),
    )
    const reports = await Promise.all([makeBus('a'), makeBus('b')].map((bus) => bus.deadLetters.redrive({ all: true })))
    expect(reports.reduce((sum, { redriven }) => sum + redriven, 0)).toBe(1_000)
    expect((await drain(queue)).toSorted()).toEqual(all)
    expect(await drainLetters()).toEqual([])
  })

  test('ends although new letters come all the time, and leaves those alone', async () => {
    const queue = await makePile()
    const old = ids(200)
    await putDeadLetters(
      url,
      exchangeName,
      old.map((id) => ({ id, queue })),
    )
    let isOver = false
    let added = 0
    const adding = (async () => {
      while (!isOver) await putDeadLetters(url, exchangeName, [{ id: `new${added++}`, queue }])
    })()
    const report = await makeBus().deadLetters.redrive({ all: true }, { ratePerSecond: 400 })
    isOver = true
    await adding
    const redriven = await drain(queue)
    expect(redriven).toHaveLength(report.redriven)
    expect(redriven).toEqual(expect.arrayContaining(old))
    expect(new Set([...redriven, ...(await drainLetters())]).size).toBe(200 + added)
  })
})

describe('discard', () => {
  test('deletes what was meant, and nothing without being told to', async () => {
    const all = ids(100)
    await putDeadLetters(
      url,
      exchangeName,
      all.map((id, index) => ({ id, queue: 'q', type: index < 40 ? 'a.b' : 'c.d' })),
    )
    const { deadLetters } = makeBus()
    await expect(deadLetters.discard({})).rejects.toMatchObject({ code: 'OPTION_INVALID' })
    await expect(deadLetters.redrive({ pattern: undefined })).rejects.toMatchObject({ code: 'OPTION_INVALID' })
    await expect(deadLetters.discard({ all: true, group: 'g' })).rejects.toMatchObject({ code: 'OPTION_INVALID' })
    await expect(deadLetters.discard({ pattern: 'a*' })).rejects.toMatchObject({ code: 'PATTERN_INVALID' })
    expect(await deadLetters.discard({ ids: ['letter-e00000', 'other'] })).toEqual({ discarded: 1, missing: ['other'] })
    expect(await deadLetters.discard({ pattern: 'a.*' })).toEqual({ discarded: 39, missing: [] })
    expect((await deadLetters.list()).letters.map(({ event }) => event?.id)).toEqual(all.slice(40))
    expect(await deadLetters.discard({ pattern: '#', group: 'none' })).toEqual({ discarded: 0, missing: [] })
    expect(await deadLetters.discard({ all: true })).toEqual({ discarded: 60, missing: [] })
    expect(await deadLetters.count()).toBe(0)
  })
})

describe('a process that is killed in the middle', () => {
  test('of a redrive loses nothing: every letter is redriven, or still there', async () => {
    const queue = await makePile()
    const all = ids(1_000)
    await putDeadLetters(
      url,
      exchangeName,
      all.map((id) => ({ id, queue })),
    )
    await killInTheMiddle({ url, exchangeName, action: 'redrive', after: 200 })
    const [left, redriven] = [await drainLetters(), await drain(queue)]
    expect(redriven.length).toBeGreaterThanOrEqual(200)
    expect(left.length).toBeGreaterThan(0)
    expect([...new Set([...redriven, ...left])].toSorted()).toEqual(all)
  })

  test('of a discard loses nothing that was not meant', async () => {
    const all = ids(2_000)
    await putDeadLetters(
      url,
      exchangeName,
      all.map((id, index) => ({ id, queue: 'q', type: index % 2 === 0 ? 'a.b' : 'c.d' })),
    )
    await killInTheMiddle({ url, exchangeName, action: 'discard', after: 200 })
    const left = await drainLetters()
    expect(new Set(left).size).toBe(left.length)
    const kept = all.filter((_, index) => index % 2 === 1)
    expect(left).toEqual(expect.arrayContaining(kept))
  })
})

test('an outage in the middle is told, and everything is still there', async () => {
  await putDeadLetters(
    url,
    exchangeName,
    ids(100).map((id) => ({ id, queue: 'q' })),
  )
  const bus = makeBus()
  const running = bus.deadLetters.redrive({ all: true }, { ratePerSecond: 1 })
  const failed = expect(running).rejects.toMatchObject({ code: 'BUS_CLOSED' })
  await waitFor(async () => (await bus.deadLetters.count()) < 100)
  await bus.close()
  await failed
  await expect(bus.deadLetters.list()).rejects.toMatchObject({ code: 'BUS_CLOSED' })
  expect((await drainLetters()).length).toBe(100)
})
