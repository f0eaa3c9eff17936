import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  type BusEvent,
  type Context,
  createEventBus,
  type EventBus,
  EventBusError,
  type EventStore,
  memory,
  memoryStore,
  type MemoryTransport,
  silentLogger,
  type SubscribeOptions,
} from '../../src/index.ts'
import { waitFor } from '../support/wait-for.ts'

const buses: EventBus[] = []

afterEach(async () => {
  vi.restoreAllMocks()
  for (const bus of buses.splice(0)) await bus.close({ timeoutMs: 1_000 })
})

interface Space {
  readonly transport: MemoryTransport
  readonly store: EventStore
}

function busIn({ transport, store }: Space, instance?: string): EventBus {
  const bus = createEventBus({ source: 'test', instance, transport, store, logger: silentLogger })
  buses.push(bus)
  return bus
}

/** A transport and a store in which everything that is published is recorded. */
async function recordedSpace(store: EventStore = memoryStore()): Promise<Space & { readonly publisher: EventBus }> {
  const space = { transport: memory(), store }
  const publisher = busIn(space, 'publisher')
  const record = async (event: BusEvent): Promise<void> => void (await store.append([event]))
  await publisher.subscribe('#', record, { group: 'recorder' }).ready
  return { ...space, publisher }
}

const event = (id: string, type = 'app.installed', time = '2024-01-01T00:00:00Z'): BusEvent => ({
  id,
  type,
  time,
  source: 'test',
  data: { id },
})

function storeWith(...events: readonly BusEvent[]): Promise<EventStore> {
  const store = memoryStore()
  return store.append(events).then(() => store)
}

class Seen {
  readonly ids: string[] = []
  readonly contexts: Context[] = []
  readonly handle = ({ id }: BusEvent, context: Context): void => {
    this.ids.push(id)
    this.contexts.push(context)
  }
  has(...ids: string[]): Promise<unknown> {
    return waitFor(() => ids.every((id) => this.ids.includes(id)), { message: `${ids.join()} in ${this.ids.join()}` })
  }
}

describe('a subscription from the start', () => {
  test('gets history and what is recorded then, in the order of the store, with positions', async () => {
    const space = await recordedSpace(await storeWith(event('h1'), event('other', 'order.placed'), event('h2')))
    const seen = new Seen()
    const subscription = busIn(space).subscribe('app.*', seen.handle, { from: 'start', concurrency: 1 })
    await subscription.ready
    await subscription.caughtUp
    expect(seen.ids).toEqual(['h1', 'h2'])
    for (const id of ['l1', 'l2', 'l3']) await space.publisher.publish({ id, type: 'app.installed', data: {} })
    await seen.has('l3')
    expect(seen.ids).toEqual(['h1', 'h2', 'l1', 'l2', 'l3'])
    expect(seen.contexts.map(({ position }) => position)).toEqual([1, 3, 4, 5, 6])
    expect(seen.contexts.every(({ replay, redelivered, attempt }) => !replay && !redelivered && attempt === 1)).toBe(
      true,
    )
    expect(subscription.status).toBe('ready')
  })

  test('with several patterns gets each event once', async () => {
    const space = await recordedSpace(await storeWith(event('h1')))
    const seen = new Seen()
    await busIn(space).subscribe(['app.*', '#', 'app.installed'], seen.handle, { from: 'start' }).caughtUp
    await space.publisher.publish({ id: 'l1', type: 'app.installed', data: {} })
    await seen.has('l1')
    expect(seen.ids).toEqual(['h1', 'l1'])
  })

  test('gets what was recorded past the transport, too, and leaves other subscriptions alone', async () => {
    const space = await recordedSpace(await storeWith(event('h1')))
    const [seen, live] = [new Seen(), new Seen()]
    const bus = busIn(space)
    await Promise.all([
      bus.subscribe('app.*', seen.handle, { from: 'start' }).ready,
      bus.subscribe('app.*', live.handle).ready,
    ])
    await space.store.append([event('imported')])
    await space.publisher.publish({ id: 'l1', type: 'app.installed', data: {} })
    await seen.has('h1', 'imported', 'l1')
    await live.has('l1')
    expect([seen.ids, live.ids]).toEqual([['h1', 'imported', 'l1'], ['l1']])
  })

  test('works on as many events at a time as its concurrency says, and no more', async () => {
    const space = await recordedSpace(await storeWith(...Array.from({ length: 30 }, (_, index) => event(`h${index}`))))
    let [running, most] = [0, 0]
    const handle = async (): Promise<void> => {
      most = Math.max(most, ++running)
      await new Promise(setImmediate)
      running--
    }
    await busIn(space).subscribe('#', handle, { from: 'start', concurrency: 4 }).caughtUp
    expect(most).toBe(4)
  })
})

test('what is published after a long silence is handled at once', async () => {
  // Its longest rest does not end by itself here.
  const [longestMs, never] = [1_000, 2 ** 31 - 1]
  const { setTimeout: start } = globalThis
  let rests = 0
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((work: () => void, ms: number) => {
    if (ms === longestMs) rests++
    return start(work, ms === longestMs ? never : ms)
  }) as typeof setTimeout)
  const space = await recordedSpace()
  const seen = new Seen()
  await busIn(space).subscribe('app.*', seen.handle, { from: 'start' }).ready
  await waitFor(() => rests > 0, { message: 'nothing happens for long' })
  await space.publisher.publish({ id: 'l1', type: 'app.installed', data: {} })
  await seen.has('l1')
})

describe('a subscription from', () => {
  const history = (): Promise<EventStore> =>
    storeWith(event('h1'), event('h2', 'app.installed', '2024-02-01T00:00:00Z'), event('late'), event('h4'))

  test.each([
    ['a position begins behind it', 2, ['late', 'h4']],
    ['a time begins at the first event of that time or later', new Date('2024-01-15'), ['h2', 'late', 'h4']],
    ['a time after all events begins with what comes', new Date('2030-01-01'), []],
    ['the last position begins with what comes', 4, []],
  ])('%s', async (_name, from, expected) => {
    const space = await recordedSpace(await history())
    const seen = new Seen()
    await busIn(space).subscribe('app.*', seen.handle, { from, concurrency: 1 }).caughtUp
    // Also what carries a time of long ago: it is published now.
    await space.publisher.publish({ ...event('live', 'app.installed', '2000-01-01T00:00:00Z') })
    await seen.has('live')
    expect(seen.ids).toEqual([...expected, 'live'])
  })

  test('a position that the store has not reached fails, and health says so', async () => {
    const bus = busIn(await recordedSpace(await history()))
    const subscription = bus.subscribe('app.*', () => {}, { from: 100, name: undefined })
    await expect(subscription.ready).rejects.toMatchObject({ code: 'POSITION_UNKNOWN' })
    await expect(subscription.caughtUp).rejects.toMatchObject({ code: 'POSITION_UNKNOWN' })
    expect(subscription.status).toBe('failed')
    const { status, checks } = await bus.healthCheck()
    expect(status).toBe('fail')
    expect(Object.entries(checks).find(([name]) => name.startsWith('history:'))?.[1].output).toContain('Position 100')
    await subscription.unsubscribe()
    expect((await bus.healthCheck()).status).toBe('pass')
  })
})

describe('with a name', () => {
  const options = { from: 'start', name: 'projection', concurrency: 1 } as const

  test('a restart goes on where it stopped, whatever `from` says', async () => {
    const space = await recordedSpace(await storeWith(event('h1'), event('h2')))
    const seen = new Seen()
    const first = busIn(space, 'reader')
    await first.subscribe('app.*', seen.handle, options).caughtUp
    await first.close()
    await space.publisher.publish({ id: 'between', type: 'app.installed', data: {} })
    await waitFor(async () => (await space.store.lastPosition()) === 3)
    const second = busIn(space, 'reader')
    await second.subscribe('app.#', seen.handle, { ...options, from: 0 }).caughtUp
    expect(seen.ids).toEqual(['h1', 'h2', 'between'])
    expect(seen.contexts.map(({ redelivered }) => redelivered)).toEqual([false, false, true])
  })

  test('every instance has a place of its own', async () => {
    const space = await recordedSpace(await storeWith(event('h1')))
    const [one, two] = [new Seen(), new Seen()]
    await busIn(space, 'one').subscribe('app.*', one.handle, options).caughtUp
    await busIn(space, 'two').subscribe('app.*', two.handle, options).caughtUp
    expect([one.ids, two.ids]).toEqual([['h1'], ['h1']])
  })

  test('after unsubscribing it goes on there in the same process, too', async () => {
    const space = await recordedSpace(await storeWith(event('h1'), event('h2'), event('h3')))
    const seen = new Seen()
    const bus = busIn(space, 'reader')
    const until = async (last: string): Promise<void> => {
      const ended = Promise.withResolvers<void>()
      const handle = (given: BusEvent, context: Context): void => {
        seen.handle(given, context)
        if (given.id === last) ended.resolve(context.subscription.unsubscribe())
      }
      bus.subscribe('app.*', handle, options)
      await ended.promise
    }
    await until('h2')
    // The event in hand when it unsubscribed was not done then.
    await waitFor(async () => (await space.store.checkpoint('subscription:reader:projection')) === 2)
    await until('h3')
    expect(seen.ids).toEqual(['h1', 'h2', 'h3'])
  })

  test('one that had to begin at a time keeps that place, though nothing has come', async () => {
    const space = await recordedSpace(await storeWith(event('h1')))
    const from = new Date('2030-01-01')
    const first = busIn(space, 'reader')
    await first.subscribe('app.*', () => {}, { ...options, from }).ready
    await first.close()
    await space.store.append([event('between')])
    const seen = new Seen()
    await busIn(space, 'reader').subscribe('app.*', seen.handle, { ...options, from }).caughtUp
    expect(seen.ids).toEqual(['between'])
  })

  test('a checkpoint that the store has not reached fails: it is not the store that it was', async () => {
    const space = await recordedSpace()
    await space.store.saveCheckpoint('subscription:reader:projection', 7)
    const { ready } = busIn(space, 'reader').subscribe('app.*', () => {}, options)
    await expect(ready).rejects.toMatchObject({ code: 'POSITION_UNKNOWN' })
  })

  test('what was not done when the process ended comes again, and nothing is left out', async () => {
    const space = await recordedSpace(await storeWith(...Array.from({ length: 20 }, (_, index) => event(`h${index}`))))
    const seen = new Seen()
    const first = busIn(space, 'reader')
    const reached = Promise.withResolvers<void>()
    const stuck = async (given: BusEvent, context: Context): Promise<void> => {
      if (given.id === 'h5') await new Promise(() => {})
      seen.handle(given, context)
      if (seen.ids.length === 15) reached.resolve()
    }
    first.subscribe('app.*', stuck, { ...options, concurrency: 3 })
    await reached.promise
    await first.close({ timeoutMs: 0 })
    await busIn(space, 'reader').subscribe('app.*', seen.handle, options).caughtUp
    expect(new Set(seen.ids).size).toBe(20)
    expect(seen.ids.filter((id) => id === 'h4')).toHaveLength(1)
  })

  test('an event that is stuck holds back no more than a thousand behind it', async () => {
    const space = await recordedSpace(
      await storeWith(...Array.from({ length: 1_500 }, (_, index) => event(`h${index}`))),
    )
    const seen = new Seen()
    const gate = Promise.withResolvers<void>()
    const handle = async (given: BusEvent, context: Context): Promise<void> => {
      if (given.id === 'h0') await gate.promise
      seen.handle(given, context)
    }
    const { caughtUp } = busIn(space, 'reader').subscribe('app.*', handle, { ...options, concurrency: 5 })
    await waitFor(() => seen.ids.length >= 1_000)
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
    expect(seen.ids.length).toBeLessThan(1_010)
    expect(await space.store.checkpoint('subscription:reader:projection')).toBe(0)
    gate.resolve()
    await caughtUp
    expect(seen.ids.length).toBe(1_500)
  })
})

describe('a handler that fails', () => {
  test('is run again as everywhere, later events go on meanwhile, and at last there is a dead letter to redrive', async () => {
    const space = await recordedSpace(await storeWith(event('bad'), event('good')))
    const bus = busIn(space, 'reader')
    const runs: string[] = []
    let isBroken = true
    const handle = ({ id }: BusEvent, { attempt }: Context): void => {
      runs.push(`${id} ${attempt}`)
      if (id === 'bad' && isBroken) throw new Error('broken')
    }
    const retry = { immediate: 1, delays: [1] }
    const subscription = bus.subscribe('app.*', handle, { from: 'start', name: 'mine', concurrency: 1, retry })
    await subscription.caughtUp
    await waitFor(() => space.transport.deadLetters.length === 1)
    expect(runs).toEqual(['bad 1', 'bad 2', 'good 1', 'bad 3'])
    const { letters } = await bus.deadLetters.list()
    expect(letters).toMatchObject([
      {
        reason: 'handlers-failed',
        queue: 'instance:reader',
        handlers: ['app.* mine'],
        attempts: 3,
        event: { id: 'bad' },
      },
    ])
    isBroken = false
    expect(await bus.deadLetters.redrive({ all: true })).toMatchObject({ redriven: 1 })
    await waitFor(() => runs.length === 5)
    expect(runs[4]).toBe('bad 1')
  })
})

describe('while the store is away', () => {
  /** A store whose reading verbs can be made to fail. */
  function fragile(store: EventStore): EventStore & { fault: EventBusError | undefined } {
    let fault: EventBusError | undefined
    const failing = new Set(['lastPosition', 'checkpoint', 'saveCheckpoint'])
    return new Proxy(store, {
      get(target, name) {
        if (name === 'fault') return fault
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) =>
          fault && failing.has(String(name)) ? Promise.reject(fault) : (Reflect.apply(value, target, args) as unknown)
      },
      set(_target, name, value) {
        if (name === 'fault') fault = value as EventBusError | undefined
        return true
      },
    }) as EventStore & { fault: EventBusError | undefined }
  }

  test('a subscription waits, health says why, and it goes on when the store is back', async () => {
    const store = fragile(await storeWith(event('h1')))
    const space = await recordedSpace(store)
    store.fault = new EventBusError('STORE_UNAVAILABLE', 'the database is away')
    const seen = new Seen()
    const bus = busIn(space, 'reader')
    const subscription = bus.subscribe('app.*', seen.handle, { from: 'start', name: 'mine' })
    await waitFor(async () => JSON.stringify(await bus.healthCheck()).includes('the database is away'))
    expect(subscription.status).toBe('waiting')
    store.fault = undefined
    await subscription.ready
    await seen.has('h1')
    store.fault = new EventBusError('STORE_UNAVAILABLE', 'away again')
    await space.publisher.publish({ id: 'l1', type: 'app.installed', data: {} })
    await waitFor(() => subscription.status === 'waiting')
    store.fault = undefined
    await seen.has('l1')
    expect(seen.ids).toEqual(['h1', 'l1'])
    await waitFor(async () => (await bus.healthCheck()).status === 'pass')
    await waitFor(async () => (await store.checkpoint('subscription:reader:mine')) === 2)
  })

  test('a store that is closed ends the subscription', async () => {
    const space = await recordedSpace()
    const subscription = busIn(space).subscribe('app.*', () => {}, { from: 'start' })
    await subscription.ready
    await space.store.close()
    await waitFor(() => subscription.status === 'failed')
  })
})

describe('the end', () => {
  test('close waits for the handlers and keeps the place', async () => {
    const space = await recordedSpace(await storeWith(event('h1'), event('h2')))
    const bus = busIn(space, 'reader')
    const begun = Promise.withResolvers<void>()
    const done: string[] = []
    const handle = async ({ id }: BusEvent): Promise<void> => {
      begun.resolve()
      await new Promise((resolve) => setTimeout(resolve, 20))
      done.push(id)
    }
    const { caughtUp } = bus.subscribe('app.*', handle, { from: 'start', name: 'mine', concurrency: 1 })
    await begun.promise
    expect(await bus.close()).toMatchObject({ unfinishedDeliveries: 0, unconfirmedEvents: 0 })
    expect(done).toEqual(['h1'])
    expect(await space.store.checkpoint('subscription:reader:mine')).toBe(1)
    await expect(caughtUp).rejects.toMatchObject({ code: 'SUBSCRIPTION_ENDED' })
  })

  test('a second bus of the same instance reads nothing until the first has gone', async () => {
    const space = await recordedSpace(await storeWith(event('h1')))
    const [one, two] = [new Seen(), new Seen()]
    const first = busIn(space, 'reader')
    await first.subscribe('app.*', one.handle, { from: 'start', name: 'mine' }).caughtUp
    const standby = busIn(space, 'reader').subscribe('app.*', two.handle, { from: 'start', name: 'mine' })
    await space.publisher.publish({ id: 'l1', type: 'app.installed', data: {} })
    await one.has('l1')
    expect(standby.status).toBe('waiting')
    await first.close()
    await standby.ready
    await space.publisher.publish({ id: 'l2', type: 'app.installed', data: {} })
    await two.has('l2')
    expect([one.ids, two.ids]).toEqual([['h1', 'l1'], ['l2']])
  })
})

describe('refused at once:', () => {
  const named = { from: 'start', name: 'mine' } as const
  test.each<[string, SubscribeOptions, string, string]>([
    ['a place that is none', { from: 'end' as 'start' }, 'OPTION_INVALID', "'start', a position"],
    ['a position below 0', { from: -1 }, 'OPTION_INVALID', "'start', a position"],
    ['a time that is none', { from: new Date('x') }, 'OPTION_INVALID', "'start', a position"],
    ['a group', { from: 'start', group: 'g' }, 'OPTION_INVALID', 'replay() sends history to the queue of a group'],
    ['a checkpoint of a bus without a name', named, 'OPTION_INVALID', "give createEventBus an 'instance'"],
    ['a long name', { ...named, name: 'x'.repeat(101) }, 'OPTION_INVALID', "'name' is too long"],
  ])('%s', async (_what, options, code, says) => {
    const bus = busIn(await recordedSpace())
    expect(() => bus.subscribe('app.*', () => {}, options)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(says) as string }),
    )
  })

  test('a bus without a store', () => {
    const bus = createEventBus({ source: 'test', logger: silentLogger })
    buses.push(bus)
    expect(() => bus.subscribe('app.*', () => {}, { from: 'start' })).toThrow(
      expect.objectContaining({ code: 'STORE_MISSING' }),
    )
  })

  test('a checkpoint that another subscription of the bus has, until that has ended', async () => {
    const bus = busIn(await recordedSpace(), 'reader')
    const first = bus.subscribe('app.*', () => {}, named)
    expect(() => bus.subscribe('order.*', () => {}, named)).toThrow(
      expect.objectContaining({ code: 'HANDLER_NAME_IN_USE' }),
    )
    await first.unsubscribe()
    await bus.subscribe('order.*', () => {}, named).ready
  })
})
