import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BusEvent } from '../../src/core/event.ts'
import type { EventStore, ReadQuery } from '../../src/core/event-store.ts'
import { memoryStore } from '../../src/store/memory/index.ts'
import { postgresStore } from '../../src/store/postgres/index.ts'
import { newSchema, type TestSchema } from '../support/postgres/schemas.ts'
import { eventWith } from '../support/stores/open-store.ts'

const firstTime = Date.parse('2025-01-01T00:00:00Z')
const events = 12_000

/** The times rise, but for a stretch that was recorded late; types and sources are frequent in one half and rare in the other. */
function eventOf(index: number): BusEvent {
  const seconds = index >= 6_000 && index < 7_500 ? index - 5_000 : index
  const isFirstHalf = index < events / 2
  const frequent = isFirstHalf ? 'app' : 'user'
  const isRare = index % 97 === 0
  return eventWith({
    type: isRare ? `${isFirstHalf ? 'user' : 'app'}.rare.t${index % 3}` : `${frequent}.t${index % 12}`,
    source: index % 1_999 === 0 ? 'rare' : `source-${index % 3}`,
    time: timeOf(seconds),
    ...(index % 5 && { subject: `subject-${index % 7}` }),
    ...(index % 3 && { correlationId: `correlation-${Math.floor(index / 50)}` }),
    ...(index % 11 === 0 && { causationId: `causation-${index % 4}` }),
    data: index % 1_500 === 0 ? 'x'.repeat(400_000) : index,
  })
}

function timeOf(seconds: number): string {
  return new Date(firstTime + 1_000 * seconds).toISOString()
}

let space: TestSchema
let store: EventStore
let reference: EventStore

beforeAll(async () => {
  space = newSchema()
  store = postgresStore({ url: space.url, schema: space.schema })
  reference = memoryStore()
  const all = Array.from({ length: events }, (_, index) => eventOf(index))
  for (const one of [store, reference]) {
    await one.append(all)
    await one.prune({ pattern: 'user.t3' })
  }
})

afterAll(async () => {
  await store.close()
  await space.drop()
})

const position = fc.integer({ min: 0, max: events })
const second = fc.integer({ min: -10, max: events + 10 })
const some = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 2 })

const queries: fc.Arbitrary<ReadQuery> = fc
  .record({
    pattern: some(
      fc.oneof(
        fc.constantFrom('app.*', 'user.*', 'app.#', '*.rare.*', 'app.t1', 'user.rare.t1', 'none.*', '#.t3', '*.*'),
        fc.uniqueArray(
          fc.integer({ min: 0, max: 11 }).map((number) => `app.t${number}`),
          { minLength: 1, maxLength: 5 },
        ),
      ),
    ),
    source: some(fc.constantFrom('rare', 'source-1', 'nobody')),
    subject: some(fc.constantFrom('subject-1', 'nothing')),
    correlationId: some(fc.constantFrom('correlation-7', 'correlation-200')),
    causationId: some(fc.constantFrom('causation-1', 'causation-3')),
    times: some(fc.tuple(second, second)),
    positions: some(fc.tuple(position, position)),
    direction: fc.constantFrom('forward' as const, 'backward' as const),
    limit: some(fc.constantFrom(1, 5, 999, 1_000, 1_001, 3_000)),
  })
  .map(({ times, positions, ...rest }) => ({
    ...rest,
    ...(times && { since: timeOf(Math.min(...times)), until: timeOf(Math.max(...times) + 1) }),
    ...(positions && { afterPosition: Math.min(...positions), beforePosition: Math.max(...positions) + 1 }),
  }))

async function positionsOf(one: EventStore, query: ReadQuery): Promise<number[]> {
  return (await Array.fromAsync(one.read(query))).map((stored) => stored.position)
}

test('whatever is asked for, the answer is that of the memory store', { timeout: 120_000 }, async () => {
  const property = fc.asyncProperty(queries, async (query) => {
    expect(await positionsOf(store, query)).toEqual(await positionsOf(reference, query))
    const { direction: _direction, limit: _limit, ...counted } = query
    expect(await store.count(counted)).toBe(await reference.count(counted))
  })
  await fc.assert(property, { numRuns: 300 })
})

test('a page ends with the event that fills its megabyte', async () => {
  const large = Array.from({ length: 9 }, () => eventWith({ source: 'large', data: 'x'.repeat(400_000) }))
  await store.append([...large, eventWith({ source: 'large', data: 'x'.repeat(3_000_000) })])
  const pages = await Array.fromAsync(store.read({ source: 'large' }).pages())
  expect(pages.map(({ length }) => length)).toEqual([3, 3, 3, 1])
  const sifted = await Array.fromAsync(store.read({ source: 'large', since: timeOf(-100) }).pages())
  expect(sifted.map(({ length }) => length)).toEqual([3, 3, 3, 1])
})
