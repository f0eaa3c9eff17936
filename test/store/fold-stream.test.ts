import { expect, test } from 'vitest'
import type { BusEvent } from '../../src/core/event.ts'
import { foldStream, memoryStore } from '../../src/store/index.ts'
import { eventWith } from '../support/stores/open-store.ts'

type Added = BusEvent<'counter.added', { by: number } | undefined>

const added = (by: number, subject = 'counter-1'): BusEvent =>
  eventWith({ type: 'counter.added', subject, data: { by } })
const sum = (total: number, { data }: Added): number => total + (data?.by ?? 0)

test("a stream's state is what its events come to, in order, and its version the position of the last", async () => {
  const store = memoryStore()
  await store.append([added(1), added(100, 'counter-2'), added(2), added(3)])
  expect(await foldStream(store, 'counter-1', sum, 0)).toEqual({ state: 6, version: 4 })
  const order = await foldStream(store, 'counter-1', (all: number[], { data }: Added) => [...all, data?.by ?? 0], [])
  expect(order.state).toEqual([1, 2, 3])
})

test('a subject without events has the initial state and version 0, at which it can be appended', async () => {
  const store = memoryStore()
  const { state, version } = await foldStream(store, 'counter-1', sum, 7)
  expect([state, version]).toEqual([7, 0])
  await store.append([added(1)], { expectedVersion: version })
  await expect(store.append([added(1)], { expectedVersion: version })).rejects.toMatchObject({
    code: 'VERSION_CONFLICT',
  })
})

test('an event that was redacted comes without its data, and says so', async () => {
  const store = memoryStore()
  const gone = added(5)
  await store.append([added(1), gone])
  await store.redact(gone.id)
  expect(await foldStream(store, 'counter-1', sum, 0)).toEqual({ state: 1, version: 2 })
  const redacted = await foldStream(store, 'counter-1', (all: boolean[], _event, one) => [...all, !!one.redactedAt], [])
  expect(redacted.state).toEqual([false, true])
})

test("a reducer's error is the caller's", async () => {
  const store = memoryStore()
  await store.append([added(1)])
  const fail = (): number => {
    throw new RangeError('no')
  }
  await expect(foldStream(store, 'counter-1', fail, 0)).rejects.toThrow(RangeError)
  expect(await store.count()).toBe(1)
})
