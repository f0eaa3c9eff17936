import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPostgres, testSchema } from '../support/postgres/open-store.ts'
import { type PrivatePostgres, startPostgres } from '../support/postgres/private-postgres.ts'
import { newSchema, type TestSchema } from '../support/postgres/schemas.ts'
import { startTlsPostgres } from '../support/postgres/tls-postgres.ts'
import { eventsWith } from '../support/stores/open-store.ts'
import { type Authority, createAuthority } from '../support/tls/certificates.ts'

let authority: Authority
let server: PrivatePostgres

beforeAll(async () => {
  authority = await createAuthority()
  server = await startTlsPostgres(await authority.issue('database', { subjectAltName: 'IP:127.0.0.1' }))
})

afterAll(async () => {
  await server.remove()
  await authority.remove()
})

/** Of each connection of a store, whether it is encrypted. */
async function connectionsOf({ sql }: TestSchema): Promise<unknown[]> {
  const rows = await sql(
    `SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'event-bus'`,
  )
  return rows.map(({ ssl }) => ssl)
}

test('with the authority of the certificate and its name the store works, and all its connections are encrypted', async () => {
  const space = testSchema(server.url)
  const store = openPostgres(space, { tls: { ca: await readFile(authority.ca) } })
  const events = eventsWith(300)
  await Promise.all([store.append(events.slice(0, 150)), store.append(events.slice(150)), store.count()])
  expect(await store.count()).toBe(300)
  const encrypted = await connectionsOf(space)
  expect(encrypted.length).toBeGreaterThan(0)
  expect(new Set(encrypted)).toEqual(new Set([true]))
})

test.each([
  ['no authority', () => true as const, /self-signed certificate|unable to (get|verify)/],
  [
    'another name',
    async () => ({ ca: await readFile(authority.ca), servername: 'other.internal' }),
    /does not match certificate's altnames/,
  ],
])('with %s the store refuses the server, says so, and sends nothing in plain', async (_, makeTls, message) => {
  const space = testSchema(server.url)
  const store = openPostgres(space, { tls: await makeTls() })
  await expect(store.append(eventsWith(1))).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: expect.stringMatching(message) as string,
  })
  expect(await connectionsOf(space)).toEqual([])
})

test('a server without TLS is refused by a store that wants it', async () => {
  const plain = await startPostgres()
  const space = newSchema(plain.url)
  try {
    await expect(openPostgres(space, { tls: true }).append(eventsWith(1))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(/does not support SSL/) as string,
    })
  } finally {
    await space.drop()
    await plain.remove()
  }
})

test('the URL can say it, too', async () => {
  const space = testSchema(server.url)
  const url = `${server.url}?sslmode=verify-full&sslrootcert=${encodeURIComponent(authority.ca)}`
  const store = openPostgres(space, { url })
  await expect(store.append(eventsWith(1))).resolves.toHaveLength(1)
  expect(new Set(await connectionsOf(space))).toEqual(new Set([true]))
})
