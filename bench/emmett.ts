/**
 * The PostgreSQL store beside that of Emmett, in turn, each in an empty database of its own: batches of 100 events, each batch
 * to one stream as Emmett has it, and then everything read in pages of 1,000. `npm install --prefix bench/emmett`, then
 * `node bench/emmett.ts [rounds] [events]`; EVENTBUS_DATABASE_URL names a PostgreSQL where databases can be made.
 */
import { pathToFileURL } from 'node:url'
import { createRequire } from 'node:module'
import { Client } from 'pg'
import type { BusEvent } from '../src/core/event.ts'
import { postgresStore } from '../src/store/postgres/index.ts'
import { batches } from './store/events.ts'
import { median, ratePerSecond } from './store/measure.ts'

interface Contender {
  append(events: readonly BusEvent[], batch: number): Promise<unknown>
  /** Answers how many there were. */
  readAll(): Promise<number>
  close(): Promise<void>
}

/** What this program uses of Emmett. */
interface Emmett {
  readonly getPostgreSQLEventStore: (url: string) => {
    appendToStream(
      stream: string,
      events: readonly { type: string; data: unknown; metadata: unknown }[],
    ): Promise<unknown>
    close(): Promise<void>
  }
  readonly readMessagesBatch: (
    execute: unknown,
    options: { after: bigint; batchSize: number },
  ) => Promise<{ messages: readonly unknown[]; currentGlobalPosition: bigint }>
}

interface Dumbo {
  dumbo(options: { connectionString: string }): { execute: unknown; close(): Promise<void> }
}

const rounds = Number(process.argv[2] ?? 3)
const events = Number(process.argv[3] ?? 50_000)
const server = process.env.EVENTBUS_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const database = `eventbus_bench_${process.pid}`
const url = Object.assign(new URL(server), { pathname: `/${database}` }).href
const contenders: Readonly<Record<string, () => Promise<Contender>>> = { 'event-bus': eventBus, emmett }

const appended: Record<string, number[]> = {}
const read: Record<string, number[]> = {}
for (let round = 1; round <= rounds; round++) {
  for (const [name, open] of Object.entries(contenders)) {
    await onServer(`CREATE DATABASE ${database}`)
    const contender = await open()
    ;(appended[name] ??= []).push(await appendAll(contender))
    ;(read[name] ??= []).push(await ratePerSecond(events, () => readAll(contender)))
    await contender.close()
    await onServer(`DROP DATABASE ${database} WITH (FORCE)`)
    console.error(`round ${round}, ${name}: ${appended[name]?.at(-1)} appended/s, ${read[name]?.at(-1)} read/s`)
  }
}
console.table(
  Object.fromEntries(
    Object.keys(contenders).map((name) => [
      name,
      { 'appended/s': Math.round(median(appended[name] ?? [])), 'read/s': Math.round(median(read[name] ?? [])) },
    ]),
  ),
)

function appendAll(contender: Contender): Promise<number> {
  const all = [...batches(events)]
  return ratePerSecond(events, async () => {
    for (const [index, batch] of all.entries()) await contender.append(batch, index)
  })
}

async function readAll(contender: Contender): Promise<void> {
  const found = await contender.readAll()
  if (found !== events) throw new Error(`${found} events were read`)
}

async function eventBus(): Promise<Contender> {
  const store = postgresStore({ url })
  return {
    append: (batch) => store.append(batch),
    async readAll() {
      let found = 0
      for await (const _event of store.read()) found++
      return found
    },
    close: () => store.close(),
  }
}

async function emmett(): Promise<Contender> {
  const { getPostgreSQLEventStore, readMessagesBatch } = await load<Emmett>('@event-driven-io/emmett-postgresql')
  const pool = (await load<Dumbo>('@event-driven-io/dumbo')).dumbo({ connectionString: url })
  const store = getPostgreSQLEventStore(url)
  return {
    append: (batch, index) =>
      store.appendToStream(
        `stream-${index}`,
        batch.map(({ type, data, ...metadata }) => ({ type, data, metadata })),
      ),
    async readAll() {
      let found = 0
      for (let after = 0n; ;) {
        const { messages, currentGlobalPosition } = await readMessagesBatch(pool.execute, { after, batchSize: 1_000 })
        if (messages.length === 0) return found
        found += messages.length
        after = currentGlobalPosition
      }
    },
    async close() {
      await store.close()
      await pool.close()
    },
  }
}

async function load<T>(name: string): Promise<T> {
  const { resolve } = createRequire(new URL('emmett/package.json', import.meta.url))
  return (await import(pathToFileURL(resolve(name)).href)) as T
}

async function onServer(sql: string): Promise<void> {
  const client = new Client({ connectionString: server })
  await client.connect()
  await client.query(sql)
  await client.end()
}
