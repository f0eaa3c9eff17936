import { expect, onTestFinished, test } from 'vitest'
import type { AppenderOrders } from '../support/stores/appender.ts'
import { openStore, storeFile } from '../support/stores/open-store.ts'
import { type AppenderProcess, startAppender } from '../support/stores/start-appender.ts'
import { waitFor } from '../support/wait-for.ts'

function started(orders: AppenderOrders): AppenderProcess {
  const appender = startAppender(orders)
  onTestFinished(() => appender.kill())
  return appender
}

test(
  'a process that is killed in the middle of an append leaves whole batches, and all that it was answered for',
  { timeout: 60_000 },
  async () => {
    const file = storeFile()
    const store = openStore(file)
    const eventsOfBatch = 150
    let answered = 0
    for (let round = 0; round < 6; round++) {
      const appender = started({ store: { file }, eventsOfBatch })
      await waitFor(() => appender.done >= 3 + round, { message: 'batches' })
      await appender.kill()
      answered += appender.done
      const events = await store.count()
      expect(events % eventsOfBatch).toBe(0)
      expect(events).toBeGreaterThanOrEqual(answered * eventsOfBatch)
      expect(await store.lastPosition()).toBe(events)
      const data = (await Array.fromAsync(store.read())).map(({ event }) => event.data)
      expect(data).toEqual(data.map((_, index) => index % eventsOfBatch))
      answered = events / eventsOfBatch
    }
  },
)

test('several processes append to one file and read it, and nothing is lost', { timeout: 60_000 }, async () => {
  const file = storeFile()
  const appenders = [1, 2, 3].map(() => started({ store: { file }, eventsOfBatch: 20 }))
  const store = openStore(file)
  let last = 0
  let seen = 0
  const readOn = async (): Promise<void> => {
    for await (const { position } of store.read({ afterPosition: last })) {
      expect(position).toBe(last + 1)
      last = position
      seen++
    }
  }
  await waitFor(
    async () => {
      await readOn()
      return appenders.every(({ done }) => done >= 20)
    },
    { timeoutMs: 40_000, message: 'twenty batches of each' },
  )
  for (const appender of appenders) await appender.kill()
  await readOn()
  expect(seen).toBe(await store.count())
  expect(seen).toBeGreaterThanOrEqual(appenders.reduce((sum, { done }) => sum + done, 0) * 20)
})

test('processes that decide on one stream with an expected version lose no decision', { timeout: 60_000 }, async () => {
  const file = storeFile()
  const appenders = [1, 2, 3].map(() => started({ store: { file }, eventsOfBatch: 0, increments: 40 }))
  expect(await Promise.all(appenders.map(({ ended }) => ended))).toEqual([0, 0, 0])
  const counts = await Array.fromAsync(openStore(file).stream('counter'))
  expect(counts.map(({ event }) => event.data)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1))
})
