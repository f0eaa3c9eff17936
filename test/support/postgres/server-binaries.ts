import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { folderOf } from '../executables.ts'

/** Debian's, one folder for each version, which are not in PATH. */
const versions = '/usr/lib/postgresql'

/** The folder with the executables `postgres` and `initdb`, if PostgreSQL is installed here. */
export function postgresBinFolder(): string | undefined {
  const found = existsSync(versions) ? readdirSync(versions) : []
  const newestFirst = found.sort((one, other) => Number(other) - Number(one))
  const debian = newestFirst.map((version) => path.join(versions, version, 'bin'))
  return folderOf('initdb', debian, ['/opt/homebrew/bin', '/usr/local/pgsql/bin', '/usr/pgsql/bin'])
}
