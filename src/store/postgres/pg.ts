import type Pg from 'pg'
import { EventBusError } from '../../core/errors.ts'
import { settledBy } from '../../core/settled.ts'
import type { ServerSettings } from './options.ts'
import type { PostgresPool } from './pool.ts'

/** A pool of the store's own. */
export interface OwnPool extends PostgresPool {
  /** Says goodbye; never rejects. */
  end(): Promise<void>
}

const goodbyeMs = 5_000

/** The only file that knows `pg`, which is loaded when a store first needs it. */
export async function openPool(settings: ServerSettings): Promise<OwnPool> {
  const { default: pg } = await loadPg()
  const pool = new pg.Pool({
    connectionString: settings.url,
    ...(settings.tls && { ssl: settings.tls }),
    max: settings.maxConnections,
    connectionTimeoutMillis: settings.connectTimeoutMs,
    keepAlive: true,
    allowExitOnIdle: true,
    application_name: 'event-bus',
  })
  // An idle connection that is lost concerns nobody; without a listener it would end the process.
  pool.on('error', () => {})
  return {
    query: (statement) => pool.query(statement),
    end: async () => void (await settledBy(pool.end(), Date.now() + goodbyeMs)),
  }
}

async function loadPg(): Promise<{ readonly default: typeof Pg }> {
  try {
    return await import('pg')
  } catch (cause) {
    throw new EventBusError('DEPENDENCY_MISSING', "postgresStore() with a url needs the package 'pg': npm install pg", {
      cause,
    })
  }
}
