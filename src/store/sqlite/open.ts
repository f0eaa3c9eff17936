import { EventBusError } from '../../core/errors.ts'
import { Database } from './database.ts'
import type { SqliteSettings } from './options.ts'
import { applicationId, migrations } from './schema.ts'

const pageBytes = 4_096

/** Opens a store's file, or makes one. A file that is something else is left as it is. */
export function openDatabase(settings: SqliteSettings): Database {
  const { file } = settings
  warnOfOldSqlite()
  const database = new Database(file)
  try {
    const version = versionOf(database, file)
    database.execute(`
      PRAGMA page_size = ${pageBytes};
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA trusted_schema = OFF;
      PRAGMA cache_size = -16384;
      PRAGMA wal_autocheckpoint = 4000;
    `)
    // What is redacted or pruned must not stay in free space.
    database.execute('PRAGMA secure_delete = ON')
    limitSize(database, settings, 0)
    if (version < migrations.length) database.transaction(() => migrate(database, file))
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** SQLite forgets the limit with the connection. */
export function limitSize(database: Database, { maxBytes }: SqliteSettings, reservedPages: number): void {
  if (maxBytes === undefined) return
  database.execute(`PRAGMA max_page_count = ${Math.floor(maxBytes / pageBytes) + reservedPages}`)
}

/** Another process may have migrated since this one looked. */
function migrate(database: Database, file: string): void {
  for (const migration of migrations.slice(versionOf(database, file))) database.execute(migration)
  database.execute(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}`)
}

/** The version of the file's schema, 0 for an empty one. */
function versionOf(database: Database, file: string): number {
  const owner = numberOf(database, 'PRAGMA application_id')
  const version = numberOf(database, 'PRAGMA user_version')
  const isEmpty = numberOf(database, 'SELECT count(*) FROM sqlite_schema') === 0
  if (isEmpty && owner === 0 && version === 0) return 0
  if (owner !== applicationId || version === 0) throw foreign(file)
  if (version > migrations.length) throw newer(file, version)
  return version
}

function numberOf(database: Database, sql: string): number {
  return Number(database.first(sql)?.[0])
}

function foreign(file: string): EventBusError {
  const message = `'${file}' is a SQLite database, but no event store. It was not touched; name another file.`
  return new EventBusError('STORE_FOREIGN', message)
}

function newer(file: string, version: number): EventBusError {
  const message = `The event store '${file}' has schema version ${version}; this package knows versions up to ${migrations.length}. It was not touched; use the newer package.`
  return new EventBusError('STORE_NEWER', message)
}

let hasWarned = false

/** https://www.sqlite.org/wal.html#walresetbug */
function warnOfOldSqlite(): void {
  const version = process.versions.sqlite ?? '0'
  if (hasWarned || !isOlder(version, [3, 51, 3])) return
  hasWarned = true
  const message = `SQLite ${version} can damage a file that several processes write to at the same time. Use a Node.js with SQLite 3.51.3 or later.`
  process.emitWarning(message, { code: 'EVENTBUS_OLD_SQLITE' })
}

function isOlder(version: string, than: readonly number[]): boolean {
  const parts = version.split('.').map(Number)
  const different = than.findIndex((part, index) => part !== (parts[index] ?? 0))
  return different !== -1 && (parts[different] ?? 0) < (than[different] ?? 0)
}
