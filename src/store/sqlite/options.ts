import { OptionReader } from '../../core/option-reader.ts'

export interface SqliteOptions {
  /** The database file. It is made where there is none; its folder must exist. */
  readonly file: string
  /** How large the file may become, 1 MiB or more; beyond it appends reject with `STORE_FULL`. Default: as large as the disk. */
  readonly maxBytes?: number | undefined
  /** How long to wait while another process writes, before `STORE_UNAVAILABLE`. Default 10,000. */
  readonly busyTimeoutMs?: number | undefined
}

/** {@link SqliteOptions}, checked and complete. */
export interface SqliteSettings {
  readonly file: string
  readonly maxBytes: number | undefined
  readonly busyTimeoutMs: number
}

/** 2^32 - 2 pages of 4 KiB is what SQLite takes. */
const largestFile = 4_096 * (2 ** 32 - 2)
const hour = 3_600_000

export function resolveSqliteOptions(options: SqliteOptions): SqliteSettings {
  const read = new OptionReader('sqliteStore', options, ['file', 'maxBytes', 'busyTimeoutMs'])
  const file = read.string('file')
  if (file === undefined) throw read.refuse('file', 'is missing', 'the path of a database file')
  if (file.includes('\0')) throw read.refuse('file', 'has a NUL character', 'the path of a database file')
  if (file.startsWith(':') || file.startsWith('file:'))
    throw read.refuse(
      'file',
      'is no plain path',
      'the path of a database file; for a store in memory use memoryStore()',
    )
  const sizes = { default: largestFile, min: 1_048_576, max: largestFile }
  return {
    file,
    maxBytes: read.has('maxBytes') ? read.integer('maxBytes', sizes) : undefined,
    busyTimeoutMs: read.duration('busyTimeoutMs', { default: 10_000, min: 0, max: hour }),
  }
}
