import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventsOf, type Line, splitLines } from '../../src/cli/lines.ts'
import { type Item, publishEach, type Result } from '../../src/cli/publish-each.ts'

async function* chunksOf(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let start = 0, turn = 0; start < bytes.length; turn++) {
    const end = start + (sizes[turn % sizes.length] ?? 1)
    yield bytes.subarray(start, end)
    start = end
  }
}

async function allOf<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const value of values) all.push(value)
  return all
}

async function linesOf(text: string | Uint8Array, maxBytes = 1_000, sizes: readonly number[] = [3]): Promise<Line[]> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  return allOf(splitLines(chunksOf(bytes, sizes), maxBytes))
}

test('however a stream is cut into chunks, its lines are the same, and their bytes add up to all', async () => {
  const line = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ' '))
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(fc.array(line), sizes, async (texts, chunkSizes) => {
      const whole = texts.map((text) => `${text}\n`).join('')
      const lines = await linesOf(whole, 10_000, chunkSizes)
      // Half of a surrogate pair becomes the replacement character in UTF-8; a byte order mark is dropped.
      const expected = texts.map((text) =>
        Buffer.from(text)
          .toString()
          .replace(/^\uFEFF/, ''),
      )
      expect(lines.map((one) => ('text' in one ? one.text : one.fault))).toEqual(expected)
      expect(lines.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(Buffer.byteLength(whole))
    }),
  )
})

test('the last line needs no line feed; what is too long or no UTF-8 is told and passed over', async () => {
  const bytes = Buffer.concat([Buffer.from(`one\n${'x'.repeat(50)}\n`), Buffer.from([0xff]), Buffer.from('\nlast')])
  const lines = await linesOf(bytes, 10)
  expect(lines).toMatchObject([
    { number: 1, text: 'one' },
    { number: 2, bytes: 51, fault: { code: 'EVENT_TOO_LARGE' } },
    { number: 3, fault: { code: 'EVENT_INVALID' } },
    { number: 4, bytes: 4, text: 'last' },
  ])
})

test('empty lines are no events, and keep their numbers', async () => {
  const items = await allOf(eventsOf(splitLines(chunksOf(Buffer.from('\n{"type":"a"}\n \r\n{"type":"b"}'), [4]), 100)))
  expect(items.map((item) => [item.number, item.read().type])).toEqual([
    [2, 'a'],
    [4, 'b'],
  ])
})

function items(count: number, bytes = 1): Item[] {
  return Array.from({ length: count }, (_, number) => ({
    number,
    bytes,
    read: () => ({ type: `t.${number}`, data: 0 }),
  }))
}

/** Longer than it takes to fill the window. */
const turnsToConfirm = 30

async function publishing(all: readonly Item[], failAt = -1): Promise<{ results: Result[]; mostInFlight: number }> {
  let [inFlight, mostInFlight] = [0, 0]
  const results: Result[] = []
  await publishEach(all, {
    publish: async ({ type }) => {
      mostInFlight = Math.max(mostInFlight, ++inFlight)
      for (let turn = 0; turn < turnsToConfirm; turn++) await new Promise(setImmediate)
      inFlight--
      if (type === `t.${failAt}`) throw new Error('no more')
      return { id: type }
    },
    onResult: (result) => results.push(result),
    endsWith: () => true,
  })
  return { results, mostInFlight }
}

test('a bounded number of events and bytes is in flight', async () => {
  const [many, large, huge] = await Promise.all([
    publishing(items(2_000)),
    publishing(items(20, 4 * 1024 * 1024)),
    publishing(items(3, 2 ** 30)),
  ])
  expect([many.mostInFlight, large.mostInFlight, huge.mostInFlight]).toEqual([500, 4, 1])
  expect([many.results.length, large.results.length, huge.results.length]).toEqual([2_000, 20, 3])
})

test('the fault that ends it lets what was started be settled', async () => {
  const { results } = await publishing(items(5_000), 10)
  expect(results.length).toBeGreaterThan(10)
  expect(results.length).toBeLessThan(2_000)
  expect(results.filter((result) => 'fault' in result)).toMatchObject([
    { item: { number: 10 }, fault: { code: 'UNEXPECTED' } },
  ])
})
