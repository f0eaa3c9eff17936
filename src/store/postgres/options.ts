import type { ConnectionOptions as TlsOptions } from 'node:tls'
import { OptionReader } from '../../core/option-reader.ts'
import type { PostgresPool } from './pool.ts'

export type { TlsOptions }

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`: the store makes connections of its own, by the package `pg`. */
  readonly url?: string | undefined
  /** A pool of yours, instead of `url`. Closing the store leaves it open. */
  readonly pool?: PostgresPool | undefined
  /** The schema that holds the store, made where there is none. The store shares it with nothing else. Default `event_bus`. */
  readonly schema?: string | undefined
  /** Beside `url`: `true`, or Node's TLS options (`ca`, `cert`, `key`, `servername`, ...). Default: as the URL says, else off. */
  readonly tls?: boolean | TlsOptions | undefined
  /** Beside `url`: how many connections at the most. Default 4. */
  readonly maxConnections?: number | undefined
  /** Beside `url`: how long connecting may take. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined
  /** How long one statement may take, waiting for a connection included, before `STORE_UNAVAILABLE`. Default 30,000. */
  readonly timeoutMs?: number | undefined
  /** How long an append waits for those of others, before `STORE_UNAVAILABLE`. Default 10,000. */
  readonly lockTimeoutMs?: number | undefined
  /** `false` behind a pooler that shares connections and does not know prepared statements. Default true. */
  readonly preparedStatements?: boolean | undefined
}

/** {@link PostgresOptions}, checked and complete. */
export interface PostgresSettings {
  readonly server: PostgresPool | ServerSettings
  readonly schema: string
  readonly timeoutMs: number
  readonly lockTimeoutMs: number
  readonly preparedStatements: boolean
}

/** Where the store makes connections of its own. */
export interface ServerSettings {
  readonly url: string
  readonly tls: TlsOptions | undefined
  readonly maxConnections: number
  readonly connectTimeoutMs: number
}

const known: readonly (keyof PostgresOptions)[] = [
  'url',
  'pool',
  'schema',
  'tls',
  'maxConnections',
  'connectTimeoutMs',
  'timeoutMs',
  'lockTimeoutMs',
  'preparedStatements',
]

const hour = 3_600_000
const anyDuration = { min: 1, max: hour }
/** What needs no quoting trick in any tool; PostgreSQL would cut off more than 63 bytes in silence. */
const schemaName = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/

export function resolvePostgresOptions(options: PostgresOptions): PostgresSettings {
  const read = new OptionReader('postgresStore', options, known)
  return {
    server: readPool(read) ?? readServer(read),
    schema: readSchema(read),
    timeoutMs: read.integer('timeoutMs', { default: 30_000, ...anyDuration }),
    lockTimeoutMs: read.integer('lockTimeoutMs', { default: 10_000, ...anyDuration }),
    preparedStatements: read.boolean('preparedStatements', true),
  }
}

function readPool(read: OptionReader): PostgresPool | undefined {
  const pool = read.instance('pool', 'an object with query(), such as a Pool of pg', isPool)
  if (!pool) return undefined
  for (const name of ['url', 'tls', 'maxConnections', 'connectTimeoutMs']) {
    if (read.has(name)) throw read.refuse(name, `is given beside 'pool'`, 'one of the two')
  }
  return pool
}

function isPool(value: unknown): value is PostgresPool {
  return typeof (value as PostgresPool | null)?.query === 'function'
}

function readServer(read: OptionReader): ServerSettings {
  return {
    url: readUrl(read),
    tls: readTls(read),
    maxConnections: read.integer('maxConnections', { default: 4, min: 1, max: 1_000 }),
    connectTimeoutMs: read.integer('connectTimeoutMs', { default: 10_000, ...anyDuration }),
  }
}

/** The value is not shown: it holds the password. */
function readUrl(read: OptionReader): string {
  const url = read.string('url')
  if (url === undefined) throw read.refuse('url', `is missing, and so is 'pool'`, 'one of the two')
  const form = 'postgres://user:password@host:port/database, special characters percent-encoded'
  if (!URL.canParse(url)) throw read.refuse('url', 'cannot be parsed', form)
  const { protocol } = new URL(url)
  if (protocol === 'postgres:' || protocol === 'postgresql:') return url
  throw read.refuse('url', `starts with '${protocol}'`, form)
}

function readTls(read: OptionReader): TlsOptions | undefined {
  const value = read.value('tls')
  if (value === undefined || value === false) return undefined
  if (value === true) return {}
  return read.instance('tls', "true, false or an object of Node's TLS options", isObject)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readSchema(read: OptionReader): string {
  const schema = read.string('schema') ?? 'event_bus'
  if (schemaName.test(schema) && !schema.startsWith('pg_')) return schema
  throw read.refuse(
    'schema',
    'is no name for a schema of its own',
    "1 to 63 of a-z, A-Z, 0-9 and _, not starting with a digit or 'pg_'",
  )
}
