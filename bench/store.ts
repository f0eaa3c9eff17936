/**
 * The event store beside its driver alone: events a second, how long the event loop is held up, the time of one page by
 * the size of the store, and memory while everything is read. `node bench/store.ts [rounds] [events] [sqlite|postgres]`;
 * EVENTBUS_DATABASE_URL names the PostgreSQL.
 */
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ReadQuery } from '../src/core/event-store.ts'
import type { Contender } from './store/contender.ts'
import { postgres } from './store/postgres.ts'
import { batches, timeOf } from './store/events.ts'
import { heldUp, median, ratePerSecond } from './store/measure.ts'
import { sqlite } from './store/sqlite.ts'

const rounds = Number(process.argv[2] ?? 5)
const largest = Number(process.argv[3] ?? 1_000_000)
const eventsOfRound = 50_000
const databaseUrl = process.env.EVENTBUS_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const contender =
  process.argv[4] === 'postgres'
    ? postgres(databaseUrl, `eventbus_bench_${process.pid}`)
    : sqlite(path.join(tmpdir(), `eventbus-bench-${process.pid}.db`))

await compare('append', 'appended events/s, batches of 100 events of 400 bytes', appendByStore, appendByDriver)
await compare('read', 'read events/s', readByStore, readByDriver)
await growing()
await contender.remove()

type Work = (contender: Contender) => Promise<number>

/** In turn, since what else the machine does comes and goes. */
async function compare(what: string, title: string, store: Work, driver: Work): Promise<void> {
  const rates = { store: [] as number[], driver: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    for (const [name, work] of [
      ['driver', driver],
      ['store', store],
    ] as const)
      rates[name].push(await work(contender))
    console.error(
      `${what}, round ${round + 1}: store ${Math.round(rates.store.at(-1)!)}/s, driver ${Math.round(rates.driver.at(-1)!)}/s`,
    )
  }
  const ratios = rates.store.map((rate, round) => rate / rates.driver[round]!)
  console.log(
    `${title}: store ${Math.round(median(rates.store))}, ${contender.name} alone ${Math.round(median(rates.driver))}; ratio ${median(ratios).toFixed(2)}`,
  )
}

async function appendByStore(): Promise<number> {
  await contender.remove()
  const all = [...batches(eventsOfRound)]
  const store = contender.open()
  const rate = await ratePerSecond(eventsOfRound, async () => {
    for (const batch of all) await store.append(batch)
  })
  await store.close()
  return rate
}

async function appendByDriver(): Promise<number> {
  await contender.remove()
  const all = [...batches(eventsOfRound)]
  const bare = await contender.bare()
  const rate = await ratePerSecond(eventsOfRound, async () => {
    for (const batch of all) await bare.append(batch)
  })
  await bare.close()
  return rate
}

async function readByStore(): Promise<number> {
  const store = contender.open()
  let read = 0
  const rate = await ratePerSecond(eventsOfRound, async () => {
    for await (const _event of store.read()) read++
  })
  await store.close()
  if (read !== eventsOfRound) throw new Error(`${read} events were read`)
  return rate
}

async function readByDriver(): Promise<number> {
  const bare = await contender.bare()
  const rate = await ratePerSecond(eventsOfRound, () => bare.readAll())
  await bare.close()
  return rate
}

/** One page of a hundred events, in the middle of the store. */
function queriesAt(size: number): Record<string, ReadQuery> {
  const middle = { afterPosition: Math.floor(size / 2), limit: 100 }
  return {
    'by position': middle,
    'exact type': { ...middle, pattern: 'app.installed' },
    'app.#': { ...middle, pattern: 'app.#' },
    'app.*': { ...middle, pattern: 'app.*' },
    'app.*, newest': { pattern: 'app.*', direction: 'backward', limit: 100 },
    subject: { subject: 'app-measured', limit: 100 },
    correlation: { correlationId: 'one-conversation', limit: 100 },
    'an hour': { since: timeOf(size / 2), until: timeOf(size / 2 + 3_600), limit: 100 },
    'an hour, exact type': {
      since: timeOf(size / 2),
      until: timeOf(size / 2 + 3_600),
      pattern: 'user.added',
      limit: 100,
    },
  }
}

async function growing(): Promise<void> {
  await contender.remove()
  const store = contender.open()
  const table: Record<string, Record<string, number>> = {}
  let size = 0
  for (const target of [10_000, 100_000, 1_000_000].filter((one) => one <= largest)) {
    const delay = await heldUp(async () => {
      for (const batch of batches(target - size)) await store.append(batch)
    })
    size = target
    for (const [name, query] of Object.entries(queriesAt(size))) {
      table[name] = { ...table[name], [size]: await millisecondsOfPage(() => Array.fromAsync(store.read(query))) }
    }
    console.log(
      `appending up to ${size}: event loop held up ${delay.longestMs.toFixed(1)} ms at the longest, ${delay.p99Ms.toFixed(1)} ms in 99 of 100`,
    )
  }
  console.log('ms for one page of 100 events, by the number of events in the store')
  console.table(table)
  await readEverything(store)
  await store.close()
}

async function millisecondsOfPage(read: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 101; round++) {
    const startedAt = performance.now()
    await read()
    times.push(performance.now() - startedAt)
  }
  return Number(median(times).toFixed(2))
}

async function readEverything(store: ReturnType<Contender['open']>): Promise<void> {
  const heap: number[] = []
  let read = 0
  const delay = await heldUp(async () => {
    for await (const page of store.read().pages()) {
      read += page.length
      if (read % 100_000 < page.length) heap.push(Math.round(process.memoryUsage.rss() / 1_048_576))
    }
  })
  console.log(
    `reading ${read} events: event loop held up ${delay.longestMs.toFixed(1)} ms at the longest; MiB in memory after each 100,000: ${heap.join(', ')}`,
  )
}
