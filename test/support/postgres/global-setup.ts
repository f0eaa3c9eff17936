import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { findPostgres } from './find-postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A real PostgreSQL that all test files share: take schemas of your own there (`newSchema`). */
    postgresUrl: string
    /** What the names of this run's schemas begin with. */
    postgresSchemaPrefix: string
  }
}

/** Finds the server before the first test; vitest calls the returned function after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await findPostgres()
  const prefix = `eventbus_test_${randomBytes(4).toString('hex')}_`
  console.log(`PostgreSQL ${server.version}, ${server.origin}`)
  project.provide('postgresUrl', server.url)
  project.provide('postgresSchemaPrefix', prefix)
  return async () => {
    await dropSchemas(server.url, prefix)
    await server.stop()
  }
}

/** What tests that were ended in the middle have left behind. */
async function dropSchemas(url: string, prefix: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  await client.connect()
  const { rows } = await client.query<{ nspname: string }>(
    'SELECT nspname FROM pg_namespace WHERE starts_with(nspname, $1)',
    [prefix],
  )
  for (const { nspname } of rows) await client.query(`DROP SCHEMA "${nspname}" CASCADE`)
  await client.end()
}
