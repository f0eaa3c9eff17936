import { userInfo } from 'node:os'
import { installOnDebian } from '../install-on-debian.ts'
import { postgresVersion } from './handshake.ts'
import { startPostgres } from './private-postgres.ts'
import { postgresBinFolder } from './server-binaries.ts'

export interface FoundPostgres {
  readonly url: string
  readonly version: string
  /** Where it comes from, for people. */
  readonly origin: string
  /** Ends what was started for the tests; leaves alone what ran before. */
  stop(): Promise<void>
}

const urlVariable = 'EVENTBUS_TEST_DATABASE_URL'
/** What a server that was just installed lets in. */
const localUrls = ['postgres', 'postgres:postgres', encodeURIComponent(userInfo().username)].map(
  (user) => `postgres://${user}@127.0.0.1:5432/postgres`,
)

/** A real PostgreSQL: the one that the environment names, one that runs here, or a private one. */
export async function findPostgres(): Promise<FoundPostgres> {
  const named = process.env[urlVariable]
  if (named !== undefined && named !== '') return namedPostgres(named)
  return (await runningPostgres()) ?? privatePostgres()
}

async function namedPostgres(url: string): Promise<FoundPostgres> {
  try {
    const version = await postgresVersion(url)
    return { url, version, origin: `named by ${urlVariable}`, stop: async () => {} }
  } catch (cause) {
    throw new Error(`no PostgreSQL that the tests can use answers at the URL in ${urlVariable}`, { cause })
  }
}

async function runningPostgres(): Promise<FoundPostgres | undefined> {
  for (const url of localUrls) {
    const version = await postgresVersion(url).catch(() => undefined)
    if (version !== undefined) return { url, version, origin: 'running on 127.0.0.1:5432', stop: async () => {} }
  }
  return undefined
}

async function privatePostgres(): Promise<FoundPostgres> {
  const installed = postgresBinFolder() === undefined && (await installOnDebian('postgresql'))
  if (postgresBinFolder() === undefined) throw new Error(nothingFound)
  const server = await startPostgres()
  return {
    url: server.url,
    version: server.version,
    origin: `started for these tests on port ${server.port}${installed ? ', installed by apt-get' : ''}`,
    stop: () => server.remove(),
  }
}

const nothingFound = `The tests need a real PostgreSQL (12 or later) and found none. Do one of these:
- install it: apt-get install postgresql, or brew install postgresql (it need not be running)
- run it in a container: docker run -p 5432:5432 -e POSTGRES_PASSWORD=postgres postgres:17
- name a running one: ${urlVariable}=postgres://user:password@host:5432/database`
