import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { openPostgres, testSchema } from '../support/postgres/open-store.ts'
import type { TestSchema } from '../support/postgres/schemas.ts'
import { eventsWith } from '../support/stores/open-store.ts'
import { type AppenderProcess, startAppender } from '../support/stores/start-appender.ts'
import { waitFor } from '../support/wait-for.ts'

function started({ url, schema }: TestSchema, eventsOfBatch: number, increments?: number): AppenderProcess {
  const counter = increments === undefined ? {} : { increments }
  const appender = startAppender({ store: { url, schema }, eventsOfBatch, ...counter })
  onTestFinished(() => appender.kill())
  return appender
}

test('a tailing reader misses nothing that eight writers append, and sees all of it once and in order', async () => {
  const space = testSchema()
  const reader = openPostgres(space)
  const writers = Array.from({ length: 8 }, () => openPostgres(space, { maxConnections: 1 }))
  const rounds = 40
  let writing = writers.length
  const all = writers.map(async (writer) => {
    const recorded: { id: string; position: number }[] = []
    for (let round = 0; round < rounds; round++) {
      const events = eventsWith(1 + (round % 7))
      const appended = await writer.append(events)
      recorded.push(...events.map(({ id }, index) => ({ id, position: appended[index]?.position ?? 0 })))
    }
    writing--
    return recorded
  })
  const seen: { id: string; position: number }[] = []
  for (let isOver = false; !isOver; await nextTurn()) {
    isOver = writing === 0
    for await (const { event, position } of reader.read({ afterPosition: seen.at(-1)?.position ?? 0 }))
      seen.push({ id: event.id, position })
  }
  const recorded = (await Promise.all(all)).flat()
  expect(recorded.length).toBe(writers.length * eventsOfRounds(rounds))
  expect(seen).toEqual(recorded.sort((one, other) => one.position - other.position))
})

function eventsOfRounds(rounds: number): number {
  return Array.from({ length: rounds }, (_, round) => 1 + (round % 7)).reduce((sum, events) => sum + events, 0)
}

test(
  'a process that is killed in the middle of an append leaves whole batches, and all that it was answered for',
  { timeout: 60_000 },
  async () => {
    const space = testSchema()
    const store = openPostgres(space)
    const eventsOfBatch = 150
    let answered = 0
    for (let round = 0; round < 6; round++) {
      const appender = started(space, eventsOfBatch)
      await waitFor(() => appender.done >= 3 + round, { message: 'batches' })
      await appender.kill()
      answered += appender.done
      const data = (await Array.fromAsync(store.read())).map(({ event }) => event.data)
      expect(data.length % eventsOfBatch).toBe(0)
      expect(data.length).toBeGreaterThanOrEqual(answered * eventsOfBatch)
      expect(data).toEqual(data.map((_, index) => index % eventsOfBatch))
      answered = data.length / eventsOfBatch
    }
  },
)

test('processes that decide on one stream with an expected version lose no decision', { timeout: 60_000 }, async () => {
  const space = testSchema()
  const appenders = [1, 2, 3].map(() => started(space, 0, 40))
  expect(await Promise.all(appenders.map(({ ended }) => ended))).toEqual([0, 0, 0])
  const counts = await Array.fromAsync(openPostgres(space).stream('counter'))
  expect(counts.map(({ event }) => event.data)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1))
})
