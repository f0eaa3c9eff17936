import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { createEventBus, type EventStore, silentLogger, stampEvent } from '../../../src/index.ts'
import { rabbitmq } from '../../../src/rabbitmq/index.ts'
import { sqliteStore } from '../../../src/store/sqlite/index.ts'
import { accountFor } from '../../support/account.ts'
import { Restarted } from '../../support/members/restarted.ts'
import { removeTopologyOf } from '../../support/rabbitmq/topology.ts'
import { waitFor } from '../../support/wait-for.ts'

const url = inject('amqpUrl')
/** As often as a queue hands out what its process dies of. */
const maxDeaths = 21

let exchange: string
let folder: string
let store: EventStore
let reader: Restarted

beforeEach(() => {
  exchange = `test.crash.${randomUUID().slice(0, 8)}`
  folder = mkdtempSync(path.join(tmpdir(), 'eventbus-crash-'))
  const file = path.join(folder, 'events.db')
  store = sqliteStore({ file })
  const journal = path.join(folder, 'journal')
  const history = { pattern: 'work.#', file }
  reader = new Restarted({ url, exchange, instance: 'reader', prefetch: 100, journal, history })
})

afterEach(async () => {
  await reader.end()
  await store.close()
  rmSync(folder, { recursive: true })
  await removeTopologyOf(url, exchange, [`${exchange}:instance:reader`])
})

async function record(count: number, data: object = {}, type = 'work.item'): Promise<string[]> {
  const events = Array.from({ length: count }, () => stampEvent({ type, data }, 'test'))
  await store.append(events)
  return events.map(({ id }) => id)
}

test('events that end the process that reads them from the store become dead letters, all others are handled', async () => {
  const good = await record(50)
  const killers = await record(1, { end: 'kill' })
  good.push(...(await record(3, { workMs: 150 })), ...(await record(30)))
  killers.push(...(await record(1, { end: 'exit' })))
  good.push(...(await record(1_500)))
  await reader.start()
  const transport = rabbitmq({ url, exchangeName: exchange })
  await using bus = createEventBus({ source: 'test', logger: silentLogger, transport })
  await waitFor(async () => (await bus.deadLetters.count()) === 2, { timeoutMs: 150_000, message: '2 dead letters' })
  const account = () => accountFor(`${reader.crashes} crashes`, [...good, ...killers], reader.journal('done'), killers)
  await waitFor(() => account().lost === 0, { timeoutMs: 60_000, message: 'all others handled' })
  console.table([account()])
  expect(account()).toMatchObject({ handled: good.length, lost: 0 })
  // The first deaths count for both.
  expect(reader.crashes).toBeLessThanOrEqual(2 * maxDeaths)
  for (const killer of killers) {
    const runs = reader.journal('start').filter((id) => id === killer)
    expect(runs.length).toBeGreaterThan(maxDeaths - 4)
    expect(runs.length).toBeLessThanOrEqual(maxDeaths)
  }
  const { letters } = await bus.deadLetters.list()
  expect(letters.map(({ event }) => event?.id)).toEqual(killers)
  const queue = `${exchange}:instance:reader`
  for (const letter of letters) {
    expect(letter).toMatchObject({ reason: 'delivery-limit', queue, handlers: ['work.# projection'], attempts: 21 })
  }
  expect(reader.journal('fault')).toEqual([])

  // It is over: what comes is handled at once, and a restart repeats nothing.
  const [more = ''] = await record(1)
  await waitFor(() => reader.journal('done').includes(more), { timeoutMs: 10_000 })
  await reader.end()
  const [before, crashes] = [reader.journal('start').length, reader.crashes]
  await reader.start()
  const [last = ''] = await record(1)
  await waitFor(() => reader.journal('done').includes(last), { timeoutMs: 10_000 })
  expect(reader.journal('start').length).toBe(before + 1)
  expect(reader.crashes).toBe(crashes)
}, 240_000)
