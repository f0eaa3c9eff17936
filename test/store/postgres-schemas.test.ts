import { Pool } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { migrations } from '../../src/store/postgres/migrations.ts'
import { openPostgres, testSchema } from '../support/postgres/open-store.ts'
import { eventsWith, eventWith, everyUse } from '../support/stores/open-store.ts'

test('instances that start at once make the schema once, and all work', async () => {
  const space = testSchema()
  const stores = Array.from({ length: 8 }, () => openPostgres(space, { maxConnections: 2 }))
  await Promise.all(stores.map((store) => store.append([eventWith()])))
  expect(await space.sql('SELECT number FROM $schema.event_migrations ORDER BY number')).toEqual(
    migrations.map((_, index) => ({ number: index + 1 })),
  )
  expect(await stores[0]?.count()).toBe(8)
})

test('two schemas of one database know nothing of each other, on one connection too', async () => {
  const spaces = [testSchema(), testSchema()]
  const pool = new Pool({ connectionString: spaces[0]?.url, max: 1 })
  onTestFinished(() => pool.end())
  const stores = spaces.map((space) => openPostgres(space, { pool }))
  const event = eventWith({ subject: 'app-1' })
  for (const store of stores) {
    expect(await store.append([event], { expectedVersion: 0 })).toEqual([{ position: 1, isNew: true }])
    await store.saveCheckpoint('reader', 1)
  }
  await stores[0]?.prune({ keep: 0 })
  expect(await stores[1]?.count()).toBe(1)
  expect(await stores[1]?.audit()).toEqual([])
})

test('a schema with upper-case letters is a name as any other', async () => {
  const lower = testSchema()
  const upper = { ...lower, schema: `${lower.schema}_X` }
  const store = openPostgres(upper)
  await store.append([eventWith()])
  expect(await lower.sql('SELECT count(*)::integer AS count FROM "$schema_X".events')).toEqual([{ count: 1 }])
  await lower.sql('DROP SCHEMA "$schema_X" CASCADE')
})

test('a store that a later version of the package made is not touched', async () => {
  const space = testSchema()
  await openPostgres(space).append(eventsWith(2))
  await space.sql('INSERT INTO $schema.event_migrations (number) VALUES (999)')
  const store = openPostgres(space)
  const refused = expect.objectContaining({
    code: 'STORE_NEWER',
    message: expect.stringMatching(/version 999; this package knows versions up to 1/) as string,
  }) as unknown
  await expect(store.append([eventWith()])).rejects.toEqual(refused)
  await expect(store.count()).rejects.toEqual(refused)
  await space.sql('DELETE FROM $schema.event_migrations WHERE number = 999')
  expect(await store.count()).toBe(2)
})

test('a schema that holds something else is not touched', async () => {
  const space = testSchema()
  await space.sql('CREATE SCHEMA $schema')
  await space.sql('CREATE TABLE $schema.events (something text)')
  const store = openPostgres(space)
  await expect(store.append([eventWith()])).rejects.toMatchObject({ code: 'STORE_FOREIGN' })
  expect(await space.sql(`SELECT relname FROM pg_class WHERE relnamespace = '$schema'::regnamespace`)).toEqual([
    { relname: 'events' },
  ])
})

test('an empty schema that somebody made is taken', async () => {
  const space = testSchema()
  await space.sql('CREATE SCHEMA $schema')
  expect(await openPostgres(space).append([eventWith()])).toEqual([{ position: 1, isNew: true }])
})

describe('a schema that is removed under a store', () => {
  test('is never made anew by it, and the store goes on when it is back', async () => {
    const space = testSchema()
    const store = openPostgres(space)
    await store.append(eventsWith(3))
    await space.sql('ALTER SCHEMA $schema RENAME TO $schema_away')
    for (const work of everyUse(store)) await expect(work()).rejects.toEqual(refusal(/was removed\. Restore it from a/))
    expect(await space.sql("SELECT to_regnamespace('$schema') AS schema")).toEqual([{ schema: null }])
    await space.sql('ALTER SCHEMA $schema_away RENAME TO $schema')
    expect(await store.append([eventWith()])).toEqual([{ position: 4, isNew: true }])
    expect(await store.count()).toBe(4)
  })

  test('and made anew by another process is not taken for the one that was there', async () => {
    const space = testSchema()
    const [store, restarted] = [openPostgres(space), openPostgres(space)]
    await store.append(eventsWith(3))
    await space.sql('DROP SCHEMA $schema CASCADE')
    await restarted.append(eventsWith(5))
    for (const work of everyUse(store)) await expect(work()).rejects.toEqual(refusal(/made anew while it was in use/))
    expect(await restarted.count()).toBe(5)
    expect(await restarted.checkpoint('reader')).toBeUndefined()
  })
})

function refusal(message: RegExp): unknown {
  return expect.objectContaining({
    code: 'STORE_UNAVAILABLE',
    message: expect.stringMatching(message) as string,
  }) as unknown
}

test('a store makes no connection before it is used', async () => {
  const store = openPostgres(testSchema(), { url: 'postgres://nobody@127.0.0.1:1/none' })
  await store.close()
  await expect(store.count()).rejects.toMatchObject({ code: 'STORE_CLOSED' })
})
