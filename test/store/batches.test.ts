import { expect, test } from 'vitest'
import type { EventRecord } from '../../src/store/driver.ts'
import { batchesOf } from '../../src/store/batches.ts'
import { toRecord } from '../../src/store/event-record.ts'
import { eventWith } from '../support/stores/open-store.ts'

function recordsOf(...sizes: readonly number[]): EventRecord[] {
  return sizes.map((size) => ({ ...toRecord(eventWith()), json: 'x'.repeat(size) }))
}

test.each([
  ['nothing', [], []],
  ['as many as fit', [10, 10, 10], [3]],
  ['one more than fit by number', [1, 1, 1, 1], [3, 1]],
  ['more than fit by size', [60, 60, 40, 1], [1, 2, 1]],
  ['one that is larger than a batch', [10, 500, 10], [1, 1, 1]],
])('%s', (_what, sizes, expected) => {
  const records = recordsOf(...sizes)
  const batches = [...batchesOf(records, { events: 3, bytes: 100 })]
  expect(batches.map(({ length }) => length)).toEqual(expected)
  expect(batches.flat()).toEqual(records)
})
