import { storeError } from './errors.ts'
import type { Row, Value } from './database.ts'
import { migrations, migrationSql, surroundingsSql, versionSql } from './migrations.ts'

/** What a schema's first migration left behind. */
export interface OpenedSchema {
  /** In microseconds since 1970, as PostgreSQL writes it: it stays the same in copies and backups, and tells others apart. */
  readonly madeAt: string
}

type Run = (sql: string, values: readonly Value[], timeoutMs?: number) => Promise<Row[]>

interface SchemaVersion extends OpenedSchema {
  readonly version: number
}

const oldestServer = 12
/** A migration of a large store may have much to do. */
const migrationTimeoutMs = 3_600_000

/** Sees to it that the schema holds a store of this version: makes it, or brings it up to date. Leaves others alone. */
export async function openSchema(schema: string, run: Run): Promise<OpenedSchema> {
  let { version, madeAt } = await findVersion(schema, run)
  while (version < migrations.length) {
    await run(migrationSql(version + 1), [], migrationTimeoutMs)
    ;({ version, madeAt } = await readVersion(run))
  }
  if (version === migrations.length) return { madeAt }
  throw storeError(
    'STORE_NEWER',
    schema,
    `its schema has version ${version}; this package knows versions up to ${migrations.length}. It was not touched; use the newer package.`,
  )
}

async function findVersion(schema: string, run: Run): Promise<SchemaVersion> {
  const [row] = await run(surroundingsSql, [schema])
  const [server, encoding, relations, versions] = row ?? []
  if (Number(server) < oldestServer * 10_000)
    throw storeError('STORE_FAILED', schema, `the server is older than PostgreSQL ${oldestServer}; upgrade it.`)
  if (encoding !== 'UTF8')
    throw storeError('STORE_FAILED', schema, `the database is encoded in ${encoding}; make one in UTF8.`)
  if (versions !== '0') return readVersion(run)
  if (relations === '0') return { version: 0, madeAt: '' }
  throw storeError(
    'STORE_FOREIGN',
    schema,
    'the schema exists, and holds something else than an event store. It was not touched; name another one.',
  )
}

async function readVersion(run: Run): Promise<SchemaVersion> {
  const [row] = await run(versionSql, [])
  return { version: Number(row?.[0]), madeAt: row?.[1] ?? '' }
}
