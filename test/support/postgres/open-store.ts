import { Client } from 'pg'
import { onTestFinished } from 'vitest'
import type { EventStore } from '../../../src/core/event-store.ts'
import { type PostgresOptions, postgresStore } from '../../../src/store/postgres/index.ts'
import { lockSpace } from '../../../src/store/postgres/append-function.ts'
import { newSchema, type TestSchema } from './schemas.ts'

/** A schema that goes with the test. */
export function testSchema(url?: string): TestSchema {
  const space = newSchema(url)
  onTestFinished(() => space.drop())
  return space
}

/** A store that is closed with the test. */
export function openPostgres({ url, schema }: TestSchema, options: Partial<PostgresOptions> = {}): EventStore {
  const store = postgresStore({ ...(!options.pool && { url }), schema, ...options })
  onTestFinished(() => store.close())
  return store
}

/** The URL with a setting of PostgreSQL for every connection. */
export function urlWith(url: string, setting: string, value: string): string {
  const changed = new URL(url)
  changed.searchParams.set('options', `-c ${setting}=${value.replaceAll(' ', '\\ ')}`)
  return changed.href
}

/** Is in the middle of an append, and lets nobody else begin one; resolves with the way to give up. */
export function holdAppends(space: TestSchema): Promise<() => Promise<void>> {
  return hold(space, `SELECT pg_advisory_xact_lock(${lockSpace}, '$schema.events'::regclass::oid::integer)`)
}

/** Keeps everybody from the events. */
export function holdEvents(space: TestSchema): Promise<() => Promise<void>> {
  return hold(space, 'LOCK TABLE $schema.events IN ACCESS EXCLUSIVE MODE')
}

async function hold({ url, schema }: TestSchema, sql: string): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  await client.query(`BEGIN; ${sql.replaceAll('$schema', schema)}`)
  onTestFinished(() => client.end())
  return () => client.end()
}

/** Ends every connection of this test's stores, told by their application name; answers how many there were. */
export async function endConnections({ sql }: TestSchema, applicationName: string): Promise<number> {
  const ended = await sql(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()',
    [applicationName],
  )
  return ended.length
}
