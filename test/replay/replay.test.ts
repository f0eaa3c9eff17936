import { afterEach, describe, expect, test } from 'vitest'
import {
  type Context,
  createEventBus,
  DeadLetter,
  type EventBus,
  EventBusError,
  type EventStore,
  memory,
  memoryStore,
  type ReplayProgress,
  type ReplayReport,
  ReplayStopped,
  silentLogger,
  type Transport,
} from '../../src/index.ts'
import { sessions } from '../contract/broken/sabotage.ts'
import { waitFor } from '../support/wait-for.ts'

const buses: EventBus[] = []

afterEach(async () => {
  for (const bus of buses.splice(0)) await bus.close({ timeoutMs: 1_000 })
})

function busOn(store: EventStore | undefined, transport: Transport = memory()): EventBus {
  const bus = createEventBus({ source: 'test', transport, store, logger: silentLogger })
  buses.push(bus)
  return bus
}

/** `e1`, `e2`, ... at positions 1, 2, ...; every third one is an `order.paid`, the others are `order.placed`. */
async function storeOf(count: number): Promise<EventStore> {
  const store = memoryStore()
  const events = Array.from({ length: count }, (_, index) => ({
    id: `e${index + 1}`,
    type: index % 3 === 2 ? 'order.paid' : 'order.placed',
    source: 'test',
    time: new Date(1_700_000_000_000 + 1_000 * index).toISOString(),
    data: { number: index + 1 },
  }))
  await store.append(events)
  return store
}

const idsUpTo = (count: number, from = 1): string[] =>
  Array.from({ length: count - from + 1 }, (_, index) => `e${index + from}`)

describe('a replay to a handler', () => {
  test('hands out what the query selects, in order, one at a time, marked, with positions', async () => {
    const seen: { id: string; context: Context }[] = []
    let running = 0
    const report = await busOn(await storeOf(9)).replay({ pattern: 'order.placed' }, async ({ id }, context) => {
      expect(++running).toBe(1)
      seen.push({ id, context })
      await new Promise(setImmediate)
      running--
    })
    expect(seen.map(({ id }) => id)).toEqual(['e1', 'e2', 'e4', 'e5', 'e7', 'e8'])
    expect(seen.map(({ context }) => context.position)).toEqual([1, 2, 4, 5, 7, 8])
    expect(seen.every(({ context }) => context.replay && context.attempt === 1 && !context.redelivered)).toBe(true)
    expect(report).toEqual({ total: 6, replayed: 6, skipped: 0, position: 9, ahead: [], end: 9, isComplete: true })
  })

  test('stops at the event whose handler fails, says how to go on, and goes on there', async () => {
    const bus = busOn(await storeOf(10))
    const seen: string[] = []
    const attempts: number[] = []
    let isBroken = true
    const handle = ({ id }: { id: string }, { attempt }: Context): void => {
      if (id === 'e4') attempts.push(attempt)
      if (id === 'e4' && isBroken) throw new Error('no such customer')
      seen.push(id)
    }
    const stopped = await bus.replay({}, handle).catch((error: unknown) => error)
    expect(stopped).toBeInstanceOf(ReplayStopped)
    const { code, message, report, cause, event } = stopped as ReplayStopped
    expect(code).toBe('REPLAY_STOPPED')
    expect(message).toContain(
      "at position 4 (event 'e4', order.placed); 3 of 10 events were replayed: no such customer",
    )
    expect(cause).toMatchObject({ message: 'no such customer' })
    expect(event).toMatchObject({ id: 'e4' })
    expect(report).toMatchObject({ total: 10, replayed: 3, position: 3, ahead: [], end: 10, isComplete: false })
    expect(attempts).toEqual([1, 2, 3])

    isBroken = false
    const rest = await bus.replay({}, handle, { resumeFrom: report })
    expect(rest).toMatchObject({ total: 7, replayed: 7, position: 10, isComplete: true })
    expect(seen).toEqual(idsUpTo(10))
  })

  test('stops at an event that the handler rejects for good, and can leave it out', async () => {
    const bus = busOn(await storeOf(5))
    const seen: string[] = []
    const handle = ({ id }: { id: string }): void => {
      if (id === 'e2') throw new DeadLetter('never')
      seen.push(id)
    }
    const { report } = (await bus.replay({}, handle).catch((error: unknown) => error)) as ReplayStopped
    await bus.replay({}, handle, { resumeFrom: { ...report, position: 2 } })
    expect(seen).toEqual(['e1', 'e3', 'e4', 'e5'])
  })

  test('is ended by its signal, and goes on without a gap or a repeat', async () => {
    const bus = busOn(await storeOf(20))
    const seen: string[] = []
    let resumeFrom: ReplayReport | undefined
    for (let run = 1; !resumeFrom?.isComplete; run++) {
      const end = new AbortController()
      let handled = 0
      resumeFrom = await bus.replay(
        {},
        async ({ id }) => {
          if (++handled === 3) end.abort()
          await new Promise(setImmediate)
          seen.push(id)
        },
        { signal: end.signal, resumeFrom },
      )
      expect(run).toBeLessThan(10)
    }
    expect(seen).toEqual(idsUpTo(20))
  })

  test('is for what was recorded when it began, also when it goes on later', async () => {
    const store = await storeOf(4)
    const bus = busOn(store)
    const seen: string[] = []
    const end = new AbortController()
    const grow = async ({ id }: { id: string }): Promise<void> => {
      seen.push(id)
      await store.append([
        { id: `new-${id}`, type: 'order.placed', source: 's', time: new Date().toISOString(), data: 1 },
      ])
      if (id === 'e2') end.abort()
    }
    const first = await bus.replay({}, grow, { signal: end.signal })
    expect(first).toMatchObject({ position: 2, end: 4 })
    await bus.replay({}, grow, { resumeFrom: first })
    expect(seen).toEqual(idsUpTo(4))
  })

  test('goes through the middleware, carries cause and effect, and freezes events', async () => {
    const store = await storeOf(1)
    const bus = busOn(store)
    const seen: string[] = []
    bus.use({
      handle: (next) => async (event, context) => {
        seen.push(`before ${event.type}`)
        await next(event, context)
      },
    })
    const effects: unknown[] = []
    await bus.subscribe('effect', ({ causationId }) => void effects.push(causationId)).ready
    await bus.replay({}, async (event) => {
      expect(Object.isFrozen(event.data)).toBe(true)
      await bus.publish({ type: 'effect', data: null })
    })
    await waitFor(() => effects.length === 1)
    expect([seen, effects]).toEqual([['before order.placed', 'before effect'], ['e1']])
  })

  test('ends when its handler unsubscribes', async () => {
    const seen: string[] = []
    const replayed = busOn(await storeOf(5)).replay({}, async ({ id }, { subscription }) => {
      seen.push(id)
      if (id === 'e2') await subscription.unsubscribe()
    })
    await expect(replayed).rejects.toMatchObject({ code: 'REPLAY_STOPPED', report: { position: 2 } })
    expect(seen).toEqual(['e1', 'e2'])
  })

  test('keeps to its rate', async () => {
    const bus = busOn(await storeOf(6))
    const startedAt = performance.now()
    await bus.replay({}, () => {}, { ratePerSecond: 50 })
    expect(performance.now() - startedAt).toBeGreaterThan(95)
  })

  test('stops when the bus closes, with what was done', async () => {
    const bus = busOn(await storeOf(5))
    const begun = Promise.withResolvers<void>()
    const handled: string[] = []
    const replayed = bus.replay({}, async ({ id }) => {
      begun.resolve()
      await new Promise((resolve) => setTimeout(resolve, 20))
      handled.push(id)
    })
    await begun.promise
    await bus.close()
    expect(handled).toEqual(['e1'])
    await expect(replayed).rejects.toMatchObject({
      code: 'REPLAY_STOPPED',
      cause: { code: 'BUS_CLOSED' },
      report: { position: 1 },
    })
    await expect(bus.replay({}, () => {})).rejects.toMatchObject({ code: 'BUS_CLOSED' })
  })
})

test('progress is reported after each event, and who listens to it cannot break the replay', async () => {
  const steps: ReplayProgress[] = []
  await busOn(await storeOf(3)).replay({}, () => {}, {
    onProgress: (progress) => {
      steps.push(progress)
      throw new Error('not my problem')
    },
  })
  expect(steps).toEqual([1, 2, 3].map((done) => ({ total: 3, replayed: done, skipped: 0, position: done })))
})

test('a dry run counts and does nothing', async () => {
  const never = (): never => {
    throw new Error('called')
  }
  const bus = busOn(await storeOf(9))
  expect(await bus.replay({ pattern: 'order.paid' }, never, { dryRun: true })).toMatchObject({ total: 3, replayed: 0 })
  expect(await bus.replay({}, { group: 'nobody', pattern: '#' }, { dryRun: true })).toMatchObject({ total: 9 })
  expect(await bus.replay({}, never, { dryRun: true, resumeFrom: { position: 5, ahead: [7] } })).toMatchObject({
    total: 3,
  })
})

describe('a replay to the queue of a group', () => {
  test('reaches that queue and no other, marked, also on its retries', async () => {
    const transport = memory()
    const bus = busOn(await storeOf(6), transport)
    const seen: string[] = []
    let hasFailed = false
    const note =
      (who: string) =>
      ({ id }: { id: string }, { replay, position, attempt }: Context) => {
        seen.push(`${who} ${id} ${String(replay)} ${String(position)} ${attempt}`)
        if (id !== 'e3' || hasFailed) return
        hasFailed = true
        throw new Error('once')
      }
    await Promise.all([
      bus.subscribe('order.*', note('billing'), {
        group: 'billing',
        concurrency: 1,
        retry: { immediate: 0, delays: [1] },
      }).ready,
      bus.subscribe('order.paid', note('other pattern'), { group: 'billing' }).ready,
      bus.subscribe('order.*', note('other group'), { group: 'shipping' }).ready,
      bus.subscribe('order.*', note('broadcast')).ready,
    ])
    const report = await bus.replay({}, { group: 'billing', pattern: 'order.*' })
    expect(report).toMatchObject({ total: 6, replayed: 6, skipped: 0, position: 6, isComplete: true })
    await waitFor(() => seen.length === 7)
    expect(seen.toSorted()).toEqual(
      [...idsUpTo(6).map((id) => `billing ${id} true undefined 1`), 'billing e3 true undefined 2'].toSorted(),
    )
    await bus.publish({ type: 'order.placed', id: 'live', data: {} })
    await waitFor(() => seen.includes('billing live false undefined 1'))
  })

  test('stops at an event that the queue does not take, knows what went in behind it, and repeats none of that', async () => {
    const [queued, full] = [[] as string[], new Set(['e3', 'e8'])]
    const stubborn = sessions((session) => ({
      replay: async (request) => {
        // The one that is refused takes longest.
        await new Promise((resolve) => setTimeout(resolve, full.has(request.event.id) ? 30 : 1))
        if (full.has(request.event.id)) throw new EventBusError('PUBLISH_REFUSED', 'the queue is full')
        queued.push(request.event.id)
        return session.replay(request)
      },
    }))
    const bus = busOn(await storeOf(10), stubborn(memory()))
    await bus.subscribe('order.*', () => {}, { group: 'billing' }).ready
    const target = { group: 'billing', pattern: 'order.*' }
    const { report } = (await bus.replay({}, target).catch((error: unknown) => error)) as ReplayStopped
    expect(report).toMatchObject({ total: 10, replayed: 8, position: 2, ahead: [4, 5, 6, 7, 9, 10], end: 10 })
    full.delete('e3')
    const second = (
      (await bus.replay({}, target, { resumeFrom: report }).catch((error: unknown) => error)) as ReplayStopped
    ).report
    expect(second).toMatchObject({ total: 2, replayed: 1, position: 7, ahead: [9, 10], end: 10 })
    full.clear()
    // As it comes out of a file.
    const resumeFrom = JSON.parse(JSON.stringify(second)) as ReplayReport
    expect(await bus.replay({}, target, { resumeFrom })).toMatchObject({ total: 1, replayed: 1, isComplete: true })
    expect(queued.length).toBe(10)
    expect(queued.toSorted()).toEqual(idsUpTo(10).toSorted())
  })

  test('takes only what is for the queue', async () => {
    const bus = busOn(await storeOf(6))
    const seen: string[] = []
    await bus.subscribe('order.paid', ({ id }) => void seen.push(id), { group: 'billing' }).ready
    const target = { group: 'billing', pattern: 'order.paid' }
    expect(await bus.replay({}, target)).toMatchObject({ total: 2, replayed: 2, skipped: 0 })
    expect(await bus.replay({ pattern: ['order.#', 'app.#'] }, target)).toMatchObject({
      total: 6,
      replayed: 2,
      skipped: 4,
    })
    await waitFor(() => seen.length === 4)
    expect(seen).toEqual(['e3', 'e6', 'e3', 'e6'])
  })

  test('without that queue it stops at the first event and has done nothing', async () => {
    const replayed = busOn(await storeOf(3)).replay({}, { group: 'nobody', pattern: 'order.*' })
    await expect(replayed).rejects.toMatchObject({
      code: 'REPLAY_STOPPED',
      cause: { code: 'PUBLISH_UNROUTABLE' },
      report: { replayed: 0, position: 0, ahead: [] },
    })
  })
})

describe('bad input does nothing and says what is wrong:', () => {
  const queue = { group: 'billing', pattern: 'order.*' }
  test.each([
    ['a pattern that is none', { pattern: 'order.pl*' }, () => {}, {}, 'PATTERN_INVALID', 'order.pl*'],
    ['a filter that is none', { limit: 3 }, () => {}, {}, 'OPTION_INVALID', "'limit' is not an option"],
    [
      'a pattern that the queue is not for',
      { pattern: 'app.*' },
      queue,
      {},
      'OPTION_INVALID',
      "what 'order.*' can match",
    ],
    ['a position that the store has not', { afterPosition: 100 }, () => {}, {}, 'POSITION_UNKNOWN', 'Position 100'],
    ['going on behind such a position', {}, () => {}, { resumeFrom: 100 }, 'POSITION_UNKNOWN', 'Position 100'],
    ['no target', {}, undefined, {}, 'OPTION_INVALID', "'group' is missing"],
    ['a target without a pattern', {}, { group: 'billing' }, {}, 'PATTERN_INVALID', 'must be a string'],
    ['a group that cannot be', {}, { group: 'a:b', pattern: '#' }, {}, 'OPTION_INVALID', 'colon'],
    ['no rate', {}, () => {}, { ratePerSecond: 0 }, 'OPTION_INVALID', "'ratePerSecond' is out of range"],
    ['no place to go on', {}, () => {}, { resumeFrom: 'start' }, 'OPTION_INVALID', 'resumeFrom'],
    [
      'a place without a position',
      {},
      () => {},
      { resumeFrom: { ahead: [] } },
      'OPTION_INVALID',
      "'position' is missing",
    ],
    ['a time that is none', { since: 'yesterday' }, () => {}, {}, 'OPTION_INVALID', "'since' is no time"],
  ])('%s', async (_what, query, target, options, code, says) => {
    const replayed = busOn(await storeOf(3)).replay(query as object, target as () => void, options as object)
    await expect(replayed).rejects.toMatchObject({ code, message: expect.stringContaining(says) as string })
  })

  test('a bus without a store', async () => {
    await expect(busOn(undefined).replay({}, () => {})).rejects.toMatchObject({ code: 'STORE_MISSING' })
  })

  test('a closed store', async () => {
    const store = await storeOf(1)
    await store.close()
    await expect(busOn(store).replay({}, () => {})).rejects.toMatchObject({ code: 'STORE_CLOSED' })
  })
})
