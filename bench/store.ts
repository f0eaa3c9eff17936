/**
 * The event store beside its driver alone, how long the event loop is held up, the time of one page by the size of the store,
 * and memory while everything is read. `node bench/store.ts [slices] [events] [sqlite|postgres]`, by Node 24;
 * EVENTBUS_DATABASE_URL names the PostgreSQL.
 */
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ReadQuery } from '../src/core/event-store.ts'
import type { Contender } from './store/contender.ts'
import { postgres } from './store/postgres.ts'
import { batches, timeOf } from './store/events.ts'
import { type Cost, costOf, type HeldUp, heldUp, median } from './store/measure.ts'
import { sqlite } from './store/sqlite.ts'

const slices = Number(process.argv[2] ?? 40)
const largest = Number(process.argv[3] ?? 1_000_000)
const eventsOfSlice = 5_000
const databaseUrl = process.env.EVENTBUS_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'

/** One for the store, one for the driver: both grow at the same time. */
const contenders = { store: contenderAt('store'), driver: contenderAt('driver') }

await compare()
await growing(contenders.store)
for (const contender of Object.values(contenders)) await contender.remove()

function contenderAt(name: string): Contender {
  if (process.argv[4] === 'postgres') return postgres(databaseUrl, `eventbus_bench_${process.pid}_${name}`)
  return sqlite(path.join(tmpdir(), `eventbus-bench-${process.pid}-${name}.db`))
}

/** In turn and in small slices, since what else the machine does comes and goes: it hits both. */
async function compare(): Promise<void> {
  const store = contenders.store.open()
  const bare = await contenders.driver.bare()
  await inTurn('appended in batches of 100, of 400 bytes', (slice) => {
    const events = [...batches(eventsOfSlice, slice * eventsOfSlice)]
    return {
      store: async () => {
        for (const batch of events) await store.append(batch)
      },
      driver: async () => {
        for (const batch of events) await bare.append(batch)
      },
    }
  })
  await inTurn('read', (slice) => {
    const afterPosition = slice * eventsOfSlice
    return {
      store: async () => {
        let read = 0
        for await (const _event of store.read({ afterPosition, limit: eventsOfSlice })) read++
        assertAll(read)
      },
      driver: async () => assertAll(await bare.read(afterPosition, eventsOfSlice)),
    }
  })
  await store.close()
  await bare.close()
}

interface Both<T> {
  readonly store: T
  readonly driver: T
}

async function inTurn(what: string, workOf: (slice: number) => Both<() => Promise<void>>): Promise<void> {
  const costs: Both<Cost[]> = { store: [], driver: [] }
  for (let slice = 0; slice < slices; slice++) {
    const work = workOf(slice)
    const order = ['store', 'driver'] as const
    for (const name of slice % 2 === 0 ? order : order.toReversed()) costs[name].push(await costOf(work[name]))
  }
  console.log(`Events ${what}; ${slices} slices of ${eventsOfSlice}`)
  console.table({ store: figures(costs.store), [contenders.driver.name]: figures(costs.driver) })
  console.log(`ratio: ${ratio(costs, 'wallMs')} by the clock, ${ratio(costs, 'cpuMs')} by the CPU time of this process`)
}

function figures(costs: readonly Cost[]): Record<string, number> {
  const rate = (1_000 * eventsOfSlice) / median(costs.map(({ wallMs }) => wallMs))
  const cpuUs = (1_000 * median(costs.map(({ cpuMs }) => cpuMs))) / eventsOfSlice
  return { 'events/s': Math.round(rate), 'us of CPU for one': Number(cpuUs.toFixed(1)) }
}

/** The median of the ratios of slices that ran one behind the other; 1 where the store costs nothing. */
function ratio({ store, driver }: Both<readonly Cost[]>, by: keyof Cost): string {
  return median(store.map((cost, slice) => driver[slice]![by] / cost[by])).toFixed(2)
}

function assertAll(read: number): void {
  if (read !== eventsOfSlice) throw new Error(`${read} events were read`)
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

async function growing(contender: Contender): Promise<void> {
  await contender.remove()
  const store = contender.open()
  const table: Record<string, Record<string, number>> = {}
  let size = 0
  for (const target of [10_000, 100_000, 1_000_000].filter((one) => one <= largest)) {
    const delay = await heldUp(async () => {
      for (const batch of batches(target - size, size)) await store.append(batch)
    })
    size = target
    for (const [name, query] of Object.entries(queriesAt(size))) {
      table[name] = { ...table[name], [size]: await millisecondsOfPage(() => Array.fromAsync(store.read(query))) }
    }
    console.log(`appending up to ${size}: ${textOf(delay)}`)
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
  console.log(`reading ${read} events: ${textOf(delay)}; MiB in memory after each 100,000: ${heap.join(', ')}`)
}

function textOf({ longestMs, p99Ms, longestCpuMs }: HeldUp): string {
  return `a turn of the event loop took ${longestMs.toFixed(1)} ms at the longest, below ${p99Ms.toFixed(1)} ms in 99 of 100, and ${longestCpuMs.toFixed(1)} ms of CPU at the most`
}
