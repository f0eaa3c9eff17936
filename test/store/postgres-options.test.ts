import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { resolvePostgresOptions } from '../../src/store/postgres/options.ts'

const url = 'postgres://app:secret@localhost/events'
const pool = { query: async () => ({ rows: [] }) }

test('what is not given has a default', () => {
  expect(resolvePostgresOptions({ url })).toEqual({
    server: { url, tls: undefined, maxConnections: 4, connectTimeoutMs: 10_000 },
    schema: 'event_bus',
    timeoutMs: 30_000,
    lockTimeoutMs: 10_000,
    preparedStatements: true,
  })
  expect(resolvePostgresOptions({ pool, schema: 'Orders_2' })).toMatchObject({ server: pool, schema: 'Orders_2' })
  expect(resolvePostgresOptions({ url, tls: true }).server).toMatchObject({ tls: {} })
})

describe('a PostgreSQL store refuses', () => {
  test.for<[string, object, RegExp]>([
    ['neither url nor pool', {}, /'url' is missing, and so is 'pool'/],
    ['both', { url, pool }, /'url' is given beside 'pool'/],
    ['a limit of connections beside a pool', { pool, maxConnections: 3 }, /'maxConnections' is given beside 'pool'/],
    ['what is no pool', { pool: {} }, /'pool' is an object; allowed: an object with query\(\)/],
    ['a URL of another database', { url: 'mysql://localhost' }, /'url' starts with 'mysql:'/],
    ['what is no URL', { url: 'localhost:5432' }, /'url' (cannot be parsed|starts with)/],
    ['an empty schema', { url, schema: '' }, /'schema' is an empty string/],
    ['a schema of the server', { url, schema: 'pg_events' }, /'schema' is no name for a schema of its own/],
    ['a schema that would have to be quoted', { url, schema: 'a"; DROP SCHEMA b; --' }, /'schema' is no name/],
    ['a schema of more bytes than the server keeps', { url, schema: 'a'.repeat(64) }, /'schema' is no name/],
    ['no connections', { url, maxConnections: 0 }, /'maxConnections' is out of range/],
    ['no time', { url, timeoutMs: 0 }, /'timeoutMs' is out of range/],
    ['TLS by name', { url, tls: 'require' }, /'tls' is a string/],
    ['an unknown option', { url, shema: 'a' }, /'shema' is not an option/],
  ])('%s', ([, options, message]) => {
    expect(() => resolvePostgresOptions(options)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringMatching(message) }),
    )
  })

  test('a URL without showing it', () => {
    const refused = [`postgres//app:secret@host`, `postgres://app:secret@host:port/`, `mysql://app:secret@host`]
    for (const wrong of refused) {
      const resolve = (): unknown => resolvePostgresOptions({ url: wrong })
      expect(resolve).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
      try {
        resolve()
      } catch (error) {
        expect(inspect(error)).not.toContain('secret')
      }
    }
  })
})
