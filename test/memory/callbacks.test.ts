import { afterEach, expect, test } from 'vitest'
import {
  createEventBus,
  createSyncedCache,
  type EventBus,
  type EventStore,
  type Logger,
  memoryStore,
  stampEvent,
} from '../../src/index.ts'
import { unhandledRejections } from '../../src/testing/unhandled.ts'
import { waitFor } from '../support/wait-for.ts'

// What a program gives to the bus may be asynchronous, and fail: where nothing waits for it, that ends no process.

let errors: string[] = []
const ignore = (): void => {}
const logger: Logger = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: (fields, message) => void errors.push(`${message}: ${(fields as { err?: Error }).err?.message}`),
}

afterEach(() => {
  errors = []
})

/** As the types want it: a linter warns of an asynchronous one, and not everybody has a linter. */
const broken = (async () => {
  throw new Error('broken')
}) as () => void

/** Answers with the unhandled rejections, which should be none. */
function whileBusWorks(
  work: (bus: EventBus, store: EventStore) => Promise<unknown>,
  options = { logger },
): Promise<unknown[]> {
  const isOurs = (reason: unknown): boolean => reason instanceof Error && reason.message === 'broken'
  return unhandledRejections(isOurs, async () => {
    const store = memoryStore()
    await using bus = createEventBus({ source: 'shop', store, ...options })
    await bus.ready
    await work(bus, store)
  })
}

test('a listener that rejects is logged', async () => {
  const rejections = await whileBusWorks(async (bus) => bus.on('status', broken))
  expect(rejections).toEqual([])
  expect(errors).toEqual(["A listener for 'status' threw: broken", "A listener for 'status' threw: broken"])
})

test('onProgress that rejects is logged, and the run goes on', async () => {
  const rejections = await whileBusWorks(async (bus, store) => {
    await store.append([stampEvent({ type: 'order.placed', data: 1 }, 'shop')])
    const report = await bus.replay({ pattern: '#' }, () => {}, { onProgress: broken })
    expect(report).toMatchObject({ isComplete: true })
  })
  expect(rejections).toEqual([])
  expect(errors).toContain('onProgress threw an error: broken')
})

test('dead letters are discarded, whatever onProgress comes to', async () => {
  const rejections = await whileBusWorks(async (bus) => {
    await bus.subscribe('order.placed', broken, { retry: { immediate: 0, maxAttempts: 1 } }).ready
    await bus.publish({ type: 'order.placed', data: 1 })
    await waitFor(async () => (await bus.deadLetters.count()) === 1, { message: 'the dead letter' })
    expect(await bus.deadLetters.discard({ all: true }, { onProgress: broken })).toMatchObject({ discarded: 1 })
  })
  expect(rejections).toEqual([])
  expect(errors).toContain('onProgress threw an error: broken')
})

test('a logger that rejects does no harm', async () => {
  const brokenLogger: Logger = { debug: broken, info: broken, warn: broken, error: broken }
  const work = async (bus: EventBus): Promise<void> => void bus.on('status', broken)
  expect(await whileBusWorks(work, { logger: brokenLogger })).toEqual([])
})

test('an asynchronous invalidateOn empties the cache, and says what is wrong', async () => {
  const rejections = await whileBusWorks(async (bus) => {
    const invalidateOn = { 'order.placed': broken as never }
    const cache = createSyncedCache({ bus, load: () => 1, invalidateOn })
    await cache.ready
    await cache.get('a')
    await bus.publish({ type: 'order.placed', data: 1 })
    await waitFor(() => !cache.has('a'), { message: 'the empty cache' })
  })
  expect(rejections).toEqual([])
  expect(errors).toEqual([expect.stringContaining('the answer is a promise; allowed: a key')])
})
