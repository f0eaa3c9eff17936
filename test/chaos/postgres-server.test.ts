import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isEventBusError } from '../../src/core/errors.ts'
import type { EventStore } from '../../src/core/event-store.ts'
import { openPostgres, testSchema } from '../support/postgres/open-store.ts'
import { type PrivatePostgres, startPostgres } from '../support/postgres/private-postgres.ts'
import type { TestSchema } from '../support/postgres/schemas.ts'
import { eventsWith, eventWith } from '../support/stores/open-store.ts'
import { waitFor } from '../support/wait-for.ts'

let server: PrivatePostgres

beforeAll(async () => {
  server = await startPostgres()
})

afterAll(() => server.remove())

const eventsOfBatch = 50

/** Appends batches until it is told to end, each again and again until it is recorded; tells how many were. */
function keepAppending(store: EventStore): { readonly recorded: number; end(): Promise<void>; errors: Set<string> } {
  let recorded = 0
  let isOver = false
  const errors = new Set<string>()
  const working = (async () => {
    while (!isOver) {
      await untilRecorded(store, errors)
      recorded++
    }
  })()
  return {
    get recorded() {
      return recorded
    },
    errors,
    async end() {
      isOver = true
      await working
    },
  }
}

async function untilRecorded(store: EventStore, errors: Set<string>): Promise<void> {
  const events = eventsWith(eventsOfBatch).map((event, index) => ({ ...event, data: index }))
  for (;;) {
    try {
      await store.append(events)
      return
    } catch (error) {
      errors.add(isEventBusError(error) ? error.code : String(error))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

describe.each([
  ['killed', () => server.kill()],
  ['shut down', () => server.stop()],
])('a server that is %s', (_, end) => {
  test('loses nothing that was recorded, and the store goes on with it when it is back', async () => {
    const space = testSchema(server.url)
    const store = openPostgres(space)
    const appending = keepAppending(store)
    for (let round = 1; round <= 3; round++) {
      await waitFor(() => appending.recorded >= 10 * round, { message: 'ten batches more' })
      await end()
      appending.errors.clear()
      await waitFor(() => appending.errors.size > 0, { message: 'an append has failed' })
      await server.start()
    }
    await appending.end()
    expect([...appending.errors]).toEqual(['STORE_UNAVAILABLE'])
    const data = (await Array.fromAsync(store.read())).map(({ event }) => event.data)
    expect(data).toEqual(data.map((_one, index) => index % eventsOfBatch))
    expect(data.length).toBe(appending.recorded * eventsOfBatch)
  })
})

describe('a role', () => {
  test('that may not make a schema is told so, and can use one that was made for it', async () => {
    const space = testSchema(server.url)
    await space.sql('CREATE ROLE app LOGIN')
    const store = openPostgres(space, { url: server.url.replace('postgres@', 'app@') })
    await expect(store.append([eventWith()])).rejects.toMatchObject(refusal(/permission denied for database/))
    await openPostgres(space).count()
    await expect(store.append([eventWith()])).rejects.toMatchObject(refusal(/permission denied for schema/))
    await grant(space, 'SELECT')
    expect(await store.count()).toBe(0)
    await expect(store.append([eventWith()])).rejects.toMatchObject(refusal(/permission denied for table/))
    await grant(space, 'SELECT, INSERT, UPDATE, DELETE')
    await everyVerb(store)
    await space.sql('DROP OWNED BY app')
    await space.sql('DROP ROLE app')
  })

  test('that the server does not let in is told so', async () => {
    const store = openPostgres(testSchema(server.url), { url: server.url.replace('postgres@', 'stranger@') })
    await expect(store.count()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(/role "stranger" does not exist\. The server refused the role/) as string,
    })
  })

  test('that has no connection left is told so', async () => {
    const space = testSchema(server.url)
    await space.sql('CREATE ROLE crowded LOGIN CONNECTION LIMIT 0')
    const store = openPostgres(space, { url: server.url.replace('postgres@', 'crowded@') })
    await expect(store.count()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(/too many connections .*The server lacks connections/) as string,
    })
    await space.sql('DROP ROLE crowded')
  })
})

test('a database that is not in UTF8 is refused', async () => {
  const space = testSchema(server.url)
  await space.sql(`CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`)
  const store = openPostgres(space, { url: server.url.replace(/postgres$/, 'latin') })
  await expect(store.append([eventWith()])).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(/encoded in LATIN1; make one in UTF8/) as string,
  })
})

function refusal(message: RegExp): object {
  return {
    code: 'STORE_UNAVAILABLE',
    message: expect.stringMatching(new RegExp(`${message.source}.*Grant it to the role`)) as string,
  }
}

/** As the documentation has it. */
async function grant({ sql }: TestSchema, privileges: string): Promise<void> {
  await sql('GRANT USAGE ON SCHEMA $schema TO app')
  await sql(`GRANT ${privileges} ON ALL TABLES IN SCHEMA $schema TO app`)
}

async function everyVerb(store: EventStore): Promise<void> {
  const [event] = eventsWith(1, { type: 'late.type', source: 'late' })
  await store.append([eventWith(), ...eventsWith(2), ...(event ? [event] : [])])
  expect(await store.count({ pattern: 'late.*' })).toBe(1)
  await store.saveCheckpoint('reader', 3)
  expect(await store.checkpoint('reader')).toBe(3)
  expect(await store.redact(event?.id ?? '')).toBe(true)
  expect(await store.prune({ keep: 1 })).toEqual({ pruned: 3 })
  expect((await store.audit()).map(({ events }) => events)).toEqual([3, 1])
}
