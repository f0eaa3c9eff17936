import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  createEventBus,
  createSyncedCache,
  type EventBus,
  EventBusError,
  everything,
  type Logger,
  memory,
  silentLogger,
  type Transport,
} from '../../src/index.ts'
import type { Member } from '../../src/core/transport.ts'
import { intaking } from '../contract/broken/sabotage.ts'
import { waitFor } from '../support/wait-for.ts'

let transport: Transport
let buses: EventBus[]

beforeEach(() => {
  transport = memory()
  buses = []
})

afterEach(async () => {
  await Promise.all(buses.map((bus) => bus.close()))
})

interface Line {
  readonly code: unknown
  readonly message: string
}

function makeBus(options: { instance?: string; transport?: Transport; logger?: Logger } = {}): EventBus {
  const bus = createEventBus({
    source: 'test',
    instance: `i${buses.length}`,
    transport,
    logger: silentLogger,
    ...options,
  })
  buses.push(bus)
  return bus
}

/** What is true, and how often it was read. */
class Truth {
  readonly values = new Map<string, unknown>()
  reads = 0

  readonly load = async (key: string): Promise<unknown> => {
    this.reads++
    return this.values.get(key)
  }
}

const invalidateOn = { changed: ({ subject }: { subject?: string | undefined }) => subject ?? everything }
const change = (subject: string) => ({ type: 'changed', data: {}, subject })

describe('a value', () => {
  test('is loaded once, kept, and dropped in every instance by the event of its change', async () => {
    const truth = new Truth()
    const caches = [makeBus(), makeBus()].map((bus) => createSyncedCache({ bus, load: truth.load, invalidateOn }))
    await Promise.all(caches.map(({ ready }) => ready))
    truth.values.set('a', 1).set('b', 1)
    for (const cache of caches) for (const key of ['a', 'b', 'a']) expect(await cache.get(key)).toBe(1)
    expect(truth.reads).toBe(4)
    truth.values.set('a', 2)
    await buses[0]?.publish(change('a'))
    await waitFor(() => caches.every((cache) => !cache.has('a')))
    for (const cache of caches) {
      expect(await cache.get('a')).toBe(2)
      expect(cache.has('b')).toBe(true)
      expect(cache.statistics).toEqual({
        hits: 1,
        misses: 3,
        loads: 3,
        loadFailures: 0,
        staleLoads: 0,
        invalidations: 1,
        gaps: 0,
        size: 2,
      })
    }
  })

  test.each([undefined, null, 0, ''])('can be %s', async (value) => {
    const truth = new Truth()
    truth.values.set('a', value)
    const cache = createSyncedCache({ bus: makeBus(), load: truth.load, invalidateOn })
    await cache.ready
    expect([await cache.get('a'), await cache.get('a')]).toEqual([value, value])
    expect(truth.reads).toBe(1)
  })

  test('goes when it was used least lately and there are too many', async () => {
    const truth = new Truth()
    const cache = createSyncedCache({ bus: makeBus(), load: truth.load, invalidateOn, maxEntries: 2 })
    await cache.ready
    for (const key of ['a', 'b', 'a', 'c']) await cache.get(key)
    expect(['a', 'b', 'c'].map((key) => cache.has(key))).toEqual([true, false, true])
  })

  test('goes when it is too old, counted from the beginning of its load', async () => {
    const slow = Promise.withResolvers<number>()
    const cache = createSyncedCache({ bus: makeBus(), load: () => slow.promise, invalidateOn, ttlMs: 50 })
    await cache.ready
    const startedAt = performance.now()
    const loading = cache.get('a')
    await waitFor(() => performance.now() > startedAt + 60)
    slow.resolve(1)
    expect(await loading).toBe(1)
    expect(cache.has('a')).toBe(false)
  })
})

describe('loads of one key', () => {
  test('that run at the same time are one', async () => {
    const truth = new Truth()
    const cache = createSyncedCache({ bus: makeBus(), load: truth.load, invalidateOn })
    await cache.ready
    await Promise.all([cache.get('a'), cache.get('a'), cache.get('b')])
    expect(truth.reads).toBe(2)
    expect(cache.statistics).toMatchObject({ hits: 0, misses: 3, loads: 2 })
  })

  test.each(['a key', 'everything'])('that %s was invalidated under are not joined, and not kept', async (what) => {
    let stored = 'old'
    const slow = Promise.withResolvers<void>()
    const waits = [slow.promise, Promise.resolve()]
    const bus = makeBus()
    const load = async (): Promise<string> => {
      const read = stored
      await waits.shift()
      return read
    }
    const cache = createSyncedCache({ bus, load, invalidateOn })
    await cache.ready
    const early = cache.get('a')
    stored = 'new'
    await bus.publish(what === 'a key' ? change('a') : { type: 'changed', data: {} })
    await waitFor(() => cache.statistics.invalidations === 1)
    const late = cache.get('a')
    slow.resolve()
    expect(await early).toBe('old')
    expect(await late).toBe('new')
    expect(await cache.get('a')).toBe('new')
    expect(cache.statistics).toMatchObject({ loads: 2, staleLoads: 1, hits: 1, size: 1 })
  })

  test('that fail reject all who wait, and nothing is kept', async () => {
    const loads = [() => Promise.reject(new Error('away')), () => fail(), async () => 'value']
    const fail = (): never => {
      throw new Error('thrown')
    }
    const cache = createSyncedCache({ bus: makeBus(), load: () => loads.shift()!(), invalidateOn })
    await cache.ready
    const both = await Promise.allSettled([cache.get('a'), cache.get('a')])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await expect(cache.get('a')).rejects.toThrow('thrown')
    expect(await cache.get('a')).toBe('value')
    expect(cache.statistics).toMatchObject({ loads: 3, loadFailures: 2, size: 1 })
  })

  test('that failed after an invalidation leave alone the one that came after them', async () => {
    const failing = Promise.withResolvers<string>()
    const loads = [failing.promise, Promise.resolve('value')]
    const cache = createSyncedCache({ bus: makeBus(), load: () => loads.shift()!, invalidateOn })
    await cache.ready
    const early = cache.get('a')
    cache.invalidate('a')
    expect(await cache.get('a')).toBe('value')
    failing.reject(new Error('away'))
    await expect(early).rejects.toThrow('away')
    expect(cache.has('a')).toBe(true)
  })

  test('that take too long are given up, and told so', async () => {
    const late = Promise.withResolvers<string>()
    const signals: AbortSignal[] = []
    const loads = [late.promise, Promise.resolve('value')]
    const load = (_key: string, { signal }: { signal: AbortSignal }): Promise<string> => {
      signals.push(signal)
      return loads.shift()!
    }
    const cache = createSyncedCache({ bus: makeBus(), load, invalidateOn, loadTimeoutMs: 20 })
    await cache.ready
    await expect(cache.get('a')).rejects.toMatchObject({ code: 'LOAD_TIMEOUT' })
    expect(signals[0]?.aborted).toBe(true)
    late.resolve('too late')
    await nextTurn()
    expect(cache.has('a')).toBe(false)
    expect(await cache.get('a')).toBe('value')
    expect(signals[1]?.aborted).toBe(false)
  })
})

describe('until it is ready', () => {
  test('it loads and keeps nothing, also of loads that end afterwards', async () => {
    const slow = Promise.withResolvers<string>()
    const cache = createSyncedCache({ bus: makeBus(), load: () => slow.promise, invalidateOn })
    const before = cache.get('a')
    await cache.ready
    slow.resolve('read before')
    expect(await before).toBe('read before')
    expect(cache.has('a')).toBe(false)
    await cache.get('a')
    expect(cache.has('a')).toBe(true)
  })

  test('an instance that stands by keeps nothing', async () => {
    const truth = new Truth()
    await makeBus({ instance: 'same' }).subscribe('changed', () => {}).ready
    const cache = createSyncedCache({ bus: makeBus({ instance: 'same' }), load: truth.load, invalidateOn })
    await cache.get('a')
    await cache.get('a')
    expect(truth.reads).toBe(2)
    await buses[0]?.close()
    await cache.ready
    await cache.get('a')
    expect(cache.has('a')).toBe(true)
  })

  test('it says why it cannot be, and goes on loading until it can', async () => {
    const cause = new EventBusError('PERMISSION_DENIED', 'no binding for you')
    let isRefused = true
    const deaf = intaking((intake) => ({
      bind: (pattern) => intake.bind(pattern).then(() => Promise.reject(cause)),
      get status() {
        return isRefused ? 'failed' : intake.status
      },
    }))(transport)
    const truth = new Truth()
    const cache = createSyncedCache({ bus: makeBus({ transport: deaf }), load: truth.load, invalidateOn })
    await cache.get('a')
    await expect(cache.ready).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
    await cache.get('a')
    expect(truth.reads).toBe(2)
    expect(cache.statistics.size).toBe(0)
    isRefused = false
    await cache.get('a')
    expect(cache.has('a')).toBe(true)
    await buses[0]?.publish(change('a'))
    await waitFor(() => !cache.has('a'))
  })
})

describe('what an event makes stale', () => {
  test('can be several keys, none, or everything, and several patterns can say so', async () => {
    const truth = new Truth()
    const bus = makeBus()
    const cache = createSyncedCache({
      bus,
      load: truth.load,
      invalidateOn: {
        'some.*': ({ data }) => data as string[],
        'all.#': () => everything,
        'some.more': () => 'd',
      },
    })
    await cache.ready
    const keys = ['a', 'b', 'c', 'd']
    const kept = (): string[] => keys.filter((key) => cache.has(key))
    const after = async (type: string, data: string[]): Promise<string[]> => {
      await Promise.all(keys.map((key) => cache.get(key)))
      const done = Promise.withResolvers<void>()
      const last = bus.subscribe(type, () => done.resolve())
      await last.ready
      await bus.publish({ type, data })
      await done.promise
      await last.unsubscribe()
      return kept()
    }
    expect(await after('some.thing', ['a', 'c'])).toEqual(['b', 'd'])
    expect(await after('some.thing', [])).toEqual(keys)
    expect(await after('some.more', ['b'])).toEqual(['a', 'c'])
    expect(await after('all.of.it', [])).toEqual([])
  })

  test.each<[string, () => unknown]>([
    ['a throw', () => (undefined as unknown as { data: string }).data],
    ['undefined', () => undefined],
    ['a promise', async () => 'a'],
    ['an array with more than keys', () => ['a', undefined]],
  ])('empties the cache where it cannot be told: %s', async (_what, invalidation) => {
    const lines: Line[] = []
    const logger: Logger = {
      ...silentLogger,
      error: (fields, message) => lines.push({ code: (fields as { event_type?: unknown }).event_type, message }),
    }
    const bus = makeBus({ logger })
    const cache = createSyncedCache({
      bus,
      load: (key: string) => key,
      invalidateOn: { changed: invalidation as () => string },
    })
    await cache.ready
    await cache.get('a')
    await cache.get('b')
    await bus.publish(change('a'))
    await waitFor(() => cache.statistics.size === 0)
    expect(lines).toEqual([{ code: 'changed', message: expect.stringContaining('the whole cache was emptied') }])
    expect(await bus.deadLetters.count()).toBe(0)
    expect(bus.measurements().inFlightDeliveries).toBe(0)
  })
})

describe('everything goes', () => {
  test.each(['loss', 'start'] as const)('after a gap: %s', async (kind) => {
    let member: Member | undefined
    const watched: Transport = {
      name: transport.name,
      join: (joined) => {
        member = joined
        return transport.join(joined)
      },
    }
    const slow = Promise.withResolvers<string>()
    const load = (key: string): Promise<string> => (key === 'slow' ? slow.promise : Promise.resolve(key))
    const cache = createSyncedCache({ bus: makeBus({ transport: watched }), load, invalidateOn })
    await cache.ready
    await cache.get('a')
    const early = cache.get('slow')
    member?.onGap({ instance: 'i0', kind, reason: 'on purpose' })
    slow.resolve('read before')
    await early
    expect(cache.statistics).toMatchObject({ size: 0, staleLoads: 1, gaps: kind === 'loss' ? 1 : 0 })
    await cache.get('a')
    expect(cache.has('a')).toBe(true)
  })

  test('when it is closed; its subscriptions end, and nothing is kept any more', async () => {
    const bus = makeBus()
    const cache = createSyncedCache({ bus, load: (key: string) => key, invalidateOn })
    await cache.ready
    await cache.get('a')
    await cache.close()
    await cache.close()
    expect(cache.has('a')).toBe(false)
    expect(await cache.get('a')).toBe('a')
    expect(cache.has('a')).toBe(false)
    expect(bus.measurements().subscriptions).toEqual({ waiting: 0, ready: 0, failed: 0 })
  })

  test('when its bus closes', async () => {
    const bus = makeBus()
    const cache = createSyncedCache({ bus, load: (key: string) => key, invalidateOn })
    await cache.ready
    await cache.get('a')
    const closed = bus.close()
    expect(cache.has('a')).toBe(false)
    await cache.get('a')
    expect(cache.has('a')).toBe(false)
    await closed
    expect(() => createSyncedCache({ bus, load: (key: string) => key, invalidateOn })).toThrow(
      expect.objectContaining({ code: 'BUS_CLOSED' }),
    )
  })

  test('when it is closed before it is ready, which it then never is', async () => {
    const cache = createSyncedCache({ bus: makeBus(), load: (key: string) => key, invalidateOn })
    await cache.close()
    await expect(cache.ready).rejects.toMatchObject({ code: 'SUBSCRIPTION_ENDED' })
    await cache.get('a')
    expect(cache.has('a')).toBe(false)
  })
})

describe('refused are', () => {
  const good = { load: (key: string) => key, invalidateOn }
  test.for<[string, object, string, RegExp]>([
    ['no bus', { bus: undefined }, 'OPTION_INVALID', /'bus' is no bus/],
    ['no load', { load: undefined }, 'OPTION_INVALID', /'load' is missing/],
    ['a load that is no function', { load: 1 }, 'OPTION_INVALID', /'load' is a number/],
    ['no events', { invalidateOn: {} }, 'OPTION_INVALID', /'invalidateOn' is missing or empty/],
    ['keys for functions', { invalidateOn: { changed: 'a' } }, 'OPTION_INVALID', /'invalidateOn' is an object/],
    ['a wrong pattern', { invalidateOn: { 'a..b': () => 'a' } }, 'PATTERN_INVALID', /a\.\.b/],
    ['no entries', { maxEntries: 0 }, 'OPTION_INVALID', /'maxEntries' is out of range/],
    ['half a millisecond', { ttlMs: 0.5 }, 'OPTION_INVALID', /'ttlMs' is a number/],
    ['no time to load', { loadTimeoutMs: 0 }, 'OPTION_INVALID', /'loadTimeoutMs' is out of range/],
    ['an unknown option', { ttl: 1 }, 'OPTION_INVALID', /'ttl' is not an option/],
  ])('%s', ([, options, code, message]) => {
    const bus = makeBus()
    expect(() => createSyncedCache({ bus, ...good, ...options })).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    )
    expect(bus.measurements().subscriptions.waiting).toBe(0)
  })
})
