import { inspect } from 'node:util'
import { Pool } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { EventStore } from '../../src/core/event-store.ts'
import {
  endConnections,
  holdAppends,
  holdEvents,
  openPostgres,
  testSchema,
  urlWith,
} from '../support/postgres/open-store.ts'
import type { TestSchema } from '../support/postgres/schemas.ts'
import { eventsWith, eventWith } from '../support/stores/open-store.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { waitFor } from '../support/wait-for.ts'

/** A store whose connections can be told from others, with some events in it. */
async function namedStore(space: TestSchema, events: number): Promise<{ store: EventStore; name: string }> {
  const url = new URL(space.url)
  url.searchParams.set('application_name', space.schema)
  const store = openPostgres(space, { url: url.href })
  await store.append(eventsWith(events))
  return { store, name: space.schema }
}

function failing(code: string, message: RegExp): unknown {
  return expect.objectContaining({ code, message: expect.stringMatching(message) as string })
}

async function isWaiting({ sql }: TestSchema, name: string): Promise<boolean> {
  const waiting = await sql("SELECT FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'", [
    name,
  ])
  return waiting.length > 0
}

describe('a connection that is lost', () => {
  test('in the middle of an append: nothing was recorded, and the next append works', async () => {
    const space = testSchema()
    const { store, name } = await namedStore(space, 3)
    const letGo = await holdAppends(space)
    const events = eventsWith(500)
    const appending = expect(store.append(events)).rejects.toEqual(
      failing('STORE_UNAVAILABLE', /terminating connection/),
    )
    await waitFor(() => isWaiting(space, name), { message: 'the append waits for the lock' })
    expect(await endConnections(space, name)).toBeGreaterThan(0)
    await appending
    await letGo()
    expect(await store.count()).toBe(3)
    expect((await store.append(events)).every(({ isNew }) => isNew)).toBe(true)
    expect(await store.count()).toBe(503)
  })

  test('in the middle of a page: reading goes on behind the last position that came', async () => {
    const space = testSchema()
    const { store, name } = await namedStore(space, 4_500)
    const seen: number[] = []
    let ending: Promise<void> | undefined
    const readOn = async (): Promise<void> => {
      for await (const page of store.read({ afterPosition: seen.at(-1) ?? 0 }).pages()) {
        seen.push(...page.map(({ position }) => position))
        if (seen.length === 1_000) ending = endWhenWaiting(space, name, await holdEvents(space))
      }
    }
    await expect(readOn()).rejects.toEqual(failing('STORE_UNAVAILABLE', /connection/))
    await ending
    expect(seen.length).toBeLessThan(4_500)
    await readOn()
    expect(seen).toEqual(Array.from({ length: 4_500 }, (_, index) => index + 1))
  })

  // An error event that nobody listens to ends the process; here it fails the run.
  test('of its own while nothing runs: the process lives, and the store goes on', async () => {
    const space = testSchema()
    const { store, name } = await namedStore(space, 10)
    expect(await endConnections(space, name)).toBeGreaterThan(0)
    await waitFor(async () => (await endConnections(space, name)) === 0, { message: 'the connection is lost' })
    await waitFor(async () => (await store.count()) === 10, { message: 'the store has a new connection' })
  })

  test("of the caller's pool while nothing runs: nobody notices", async () => {
    const space = testSchema()
    const pool = new Pool({ connectionString: space.url, application_name: space.schema })
    pool.on('error', () => {})
    onTestFinished(() => pool.end())
    const store = openPostgres(space, { pool })
    for (let round = 1; round <= 3; round++) {
      await store.append(eventsWith(10))
      expect((await Array.fromAsync(store.read())).length).toBe(10 * round)
      expect(await endConnections(space, space.schema)).toBeGreaterThan(0)
      await waitFor(() => pool.totalCount === 0, { message: 'the pool hears of it' })
    }
  })
})

/** Ends the connections when the next statement has begun and waits for whoever holds the events, and lets that go. */
async function endWhenWaiting(space: TestSchema, name: string, letGo: () => Promise<void>): Promise<void> {
  await waitFor(() => isWaiting(space, name), { message: 'a statement waits for the events' })
  await endConnections(space, name)
  await letGo()
}

describe('a server that refuses writes', () => {
  test('records nothing and says why: read-only', async () => {
    const space = testSchema()
    await openPostgres(space).append(eventsWith(3))
    const store = openPostgres(space, { url: urlWith(space.url, 'default_transaction_read_only', 'on') })
    const refused = failing('STORE_UNAVAILABLE', /read-only transaction\. The server takes no writes: is it a standby/)
    const works = [store.append([eventWith()]), store.saveCheckpoint('reader', 1), store.prune({ keep: 1 })]
    await Promise.all(works.map((work) => expect(work).rejects.toEqual(refused)))
    expect(await store.count()).toBe(3)
  })

  test('records nothing and says why: there is no schema yet, and it takes none', async () => {
    const space = testSchema()
    const store = openPostgres(space, { url: urlWith(space.url, 'default_transaction_read_only', 'on') })
    await expect(store.count()).rejects.toEqual(failing('STORE_UNAVAILABLE', /takes no writes/))
    expect(await openPostgres(space).count()).toBe(0)
    expect(await store.count()).toBe(0)
  })

  test('records nothing and says why: the disk is full', async () => {
    const space = testSchema()
    const store = openPostgres(space)
    await store.append(eventsWith(3))
    await raiseOn(space, "new.subject = 'large'", 'disk_full')
    const events = [eventWith(), eventWith({ type: 'late.type', subject: 'large' }), eventWith()]
    await expect(store.append(events)).rejects.toEqual(failing('STORE_FULL', /Nothing was recorded\. Make room/))
    expect(await store.count()).toBe(3)
    expect(await store.types()).toEqual(['app.installed'])
    await space.sql('DROP TRIGGER raise ON $schema.events')
    await store.append(events)
    expect(await store.count()).toBe(6)
  })

  test('records nothing and says why: transactions are isolated more than appending allows', async () => {
    const space = testSchema()
    const store = openPostgres(space, { url: urlWith(space.url, 'default_transaction_isolation', 'repeatable read') })
    await expect(store.append([eventWith()])).rejects.toEqual(
      failing('STORE_FAILED', /read committed, not repeatable read/),
    )
    expect(await store.count()).toBe(0)
  })
})

test('what the server refuses fails alone, though others were appended with it', async () => {
  const space = testSchema()
  const store = openPostgres(space)
  await store.append([eventWith()])
  await raiseOn(space, "new.subject = 'refused'", 'P0001')
  const subjects = ['one', 'two', 'refused', 'three']
  const outcomes = await Promise.allSettled(subjects.map((subject) => store.append([eventWith({ subject })])))
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  expect((await Array.fromAsync(store.read())).map(({ event }) => event.subject)).toEqual([
    undefined,
    'one',
    'two',
    'three',
  ])
})

async function raiseOn({ sql }: TestSchema, condition: string, errorCode: string): Promise<void> {
  await sql(`
    CREATE FUNCTION $schema.raise() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE 'no room' USING ERRCODE = '${errorCode}'; END $$`)
  await sql(`
    CREATE TRIGGER raise BEFORE INSERT ON $schema.events FOR EACH ROW WHEN (${condition})
    EXECUTE FUNCTION $schema.raise()`)
}

describe('every wait has a limit', () => {
  test('for others who append', async () => {
    const space = testSchema()
    const store = openPostgres(space, { lockTimeoutMs: 100 })
    await store.append(eventsWith(3))
    const letGo = await holdAppends(space)
    await expect(store.append([eventWith()])).rejects.toEqual(failing('STORE_UNAVAILABLE', /raise lockTimeoutMs/))
    expect(await store.count()).toBe(3)
    await letGo()
    await store.append([eventWith()])
    expect(await store.count()).toBe(4)
  })

  test('for the answer to a statement', async () => {
    const space = testSchema()
    const proxy = await startTcpProxy({ port: Number(new URL(space.url).port || 5432) })
    onTestFinished(() => proxy.close())
    const url = new URL(space.url)
    url.host = `127.0.0.1:${proxy.port}`
    const store = openPostgres(space, { url: url.href, timeoutMs: 1_000, connectTimeoutMs: 500, maxConnections: 1 })
    await store.append(eventsWith(3))
    proxy.stall()
    await expect(store.count()).rejects.toEqual(failing('STORE_UNAVAILABLE', /timeout|no answer within 1000 ms/))
    proxy.resume()
    expect(await store.count()).toBe(3)
  })

  test('for a connection of a pool', async () => {
    const space = testSchema()
    const pool = new Pool({ connectionString: space.url, max: 1 })
    onTestFinished(() => pool.end())
    const store = openPostgres(space, { pool, timeoutMs: 500 })
    await store.append(eventsWith(3))
    const taken = await pool.connect()
    await expect(store.count()).rejects.toEqual(failing('STORE_UNAVAILABLE', /no answer within 500 ms/))
    taken.release()
    expect(await store.count()).toBe(3)
  })

  test('for a server that is not there, and its error shows no password', async () => {
    const store = openPostgres(testSchema(), { url: 'postgres://app:secret@127.0.0.1:1/events' })
    const error: unknown = await store.count().catch((thrown: unknown) => thrown)
    expect(error).toEqual(failing('STORE_UNAVAILABLE', /ECONNREFUSED 127\.0\.0\.1:1\. Is the server running/))
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('secret')
  })
})

test('a database that is not there is named', async () => {
  const space = testSchema()
  const url = new URL(space.url)
  url.pathname = '/no_such_database'
  const store = openPostgres(space, { url: url.href })
  await expect(store.count()).rejects.toEqual(
    failing('STORE_UNAVAILABLE', /"no_such_database" does not exist\. Make the/),
  )
})

test('closing the store leaves a pool of the caller open, and ends connections of its own', async () => {
  const space = testSchema()
  const pool = new Pool({ connectionString: space.url, max: 1 })
  onTestFinished(() => pool.end())
  const onPool = openPostgres(space, { pool })
  await onPool.append([eventWith()])
  await onPool.close()
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  const { store, name } = await namedStore(space, 1)
  await store.close()
  await waitFor(async () => (await endConnections(space, name)) === 0, { message: 'no connection is left' })
})
