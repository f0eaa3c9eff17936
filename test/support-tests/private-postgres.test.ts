import { existsSync } from 'node:fs'
import { Client } from 'pg'
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest'
import { findPostgres } from '../support/postgres/find-postgres.ts'
import { type PrivatePostgres, startPostgres } from '../support/postgres/private-postgres.ts'
import { descendantsOf, processes } from '../support/processes.ts'
import { waitFor } from '../support/wait-for.ts'

let server: PrivatePostgres

beforeEach(async () => {
  server = await startPostgres()
})

afterEach(() => server.remove())

async function query(sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: server.url })
  await client.connect()
  const { rows } = await client.query<Record<string, unknown>>(sql)
  await client.end()
  return rows
}

test('what was committed before a kill or a stop is there after the next start', async () => {
  await query('CREATE TABLE kept (number integer)')
  await query('INSERT INTO kept VALUES (1)')
  await server.kill()
  expect(server.pid).toBeUndefined()
  await server.start()
  await query('INSERT INTO kept VALUES (2)')
  await server.stop()
  await server.start()
  expect(await query('SELECT number FROM kept ORDER BY number')).toEqual([{ number: 1 }, { number: 2 }])
})

test('kill, stop and remove leave no process and no file', async () => {
  await server.kill()
  await server.start()
  const started = descendantsOf(process.pid)
  expect(started.map(({ pid }) => pid)).toContain(server.pid)
  await server.stop()
  await server.remove()
  expect(existsSync(server.folder)).toBe(false)
  await waitFor(() => started.every(({ pid }) => !processes().some((running) => running.pid === pid)), {
    message: 'all processes of the private server gone',
  })
})

test('a server that cannot start fails with its log', async () => {
  await expect(startPostgres({ no_such_setting: '1' })).rejects.toThrow(/did not start[^]*no_such_setting/)
})

test('it is another one than the server of the other tests', () => {
  expect(new URL(inject('postgresUrl')).port).not.toBe(new URL(server.url).port)
})

test('the tests use the server that the environment names, or say that it does not answer', async () => {
  vi.stubEnv('EVENTBUS_TEST_DATABASE_URL', server.url)
  expect(await findPostgres()).toMatchObject({ url: server.url, version: server.version })
  await server.stop()
  await expect(findPostgres()).rejects.toThrow('no PostgreSQL that the tests can use answers')
  vi.unstubAllEnvs()
})
