import { EventBusError, type EventBusErrorCode } from '../../core/errors.ts'

/** Primary result codes: https://www.sqlite.org/rescode.html */
const resultCodes = { busy: 5, locked: 6, corrupt: 11, full: 13, notADatabase: 26 } as const
/** What can pass, or be put right from outside, without making the store anew: permissions, disks, folders. */
const outages: ReadonlySet<number> = new Set([3, 7, 8, 10, 14, 15])

/** Whether somebody else is at the file just now. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error)
  return code === resultCodes.busy || code === resultCodes.locked
}

/** Whether the connection may be of no use any more. */
export function isBroken(error: unknown): boolean {
  const code = resultCode(error)
  return code !== undefined && !isBusy(error) && code !== resultCodes.full
}

/** An error of SQLite as one of the store; errors of the store and what is no error of SQLite stay what they are. */
export function storeErrorOf(error: unknown, file: string): unknown {
  const code = resultCode(error)
  if (code === undefined) return error
  const [storeCode, advice] = describe(code)
  return new EventBusError(storeCode, `SQLite store '${file}': ${(error as Error).message}. ${advice}`, {
    cause: error,
  })
}

function describe(code: number): readonly [EventBusErrorCode, string] {
  if (code === resultCodes.busy || code === resultCodes.locked)
    return ['STORE_UNAVAILABLE', 'Another process has held the file for too long; try again, or raise busyTimeoutMs.']
  if (code === resultCodes.full)
    return ['STORE_FULL', 'Nothing was recorded. Make room on the disk, prune, or raise maxBytes.']
  if (code === resultCodes.corrupt)
    return [
      'STORE_CORRUPT',
      'The file is damaged: restore a backup, or save what is left with `sqlite3 FILE .recover`.',
    ]
  if (code === resultCodes.notADatabase)
    return ['STORE_FOREIGN', 'It is no SQLite database, or its first bytes are damaged. It was not touched.']
  if (outages.has(code))
    return [
      'STORE_UNAVAILABLE',
      'See that the folder exists, that this process may write there, and that the disk works.',
    ]
  return ['STORE_FAILED', 'Nothing was changed.']
}

/** The primary code: extended ones carry it in their last byte. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || (error as { code?: unknown }).code !== 'ERR_SQLITE_ERROR') return undefined
  const { errcode } = error as { errcode?: unknown }
  return typeof errcode === 'number' ? errcode & 0xff : 1
}
