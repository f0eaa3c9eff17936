import { asError, EventBusError, type EventBusErrorCode } from '../../core/errors.ts'

const unavailable = 'STORE_UNAVAILABLE'
const pooler = 'A pooler gives the connection to others in between: set preparedStatements to false.'

/**
 * What to make of an error by its SQLSTATE, or by the two characters of its class; the first that fits counts.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const kinds: readonly (readonly [state: string, code: EventBusErrorCode, advice: string])[] = [
  ['26000', 'STORE_FAILED', pooler],
  ['42P05', 'STORE_FAILED', pooler],
  ['25006', unavailable, 'The server takes no writes: is it a standby, or is default_transaction_read_only on?'],
  ['25000', 'STORE_FAILED', 'Set default_transaction_isolation to read committed for the role of the store.'],
  ['28', unavailable, 'The server refused the role or its password.'],
  ['3D000', unavailable, 'Make the database, or name another one.'],
  ['40', unavailable, 'Others were in the way; try again.'],
  ['42501', unavailable, 'Grant it to the role of the store, or let a role that may do it open the store once.'],
  ['53100', 'STORE_FULL', 'Nothing was recorded. Make room on the disk of the server, or prune.'],
  ['53', unavailable, 'The server lacks connections or memory; try again later, or raise its limits.'],
  ['55P03', unavailable, 'Others have been appending for too long; try again, or raise lockTimeoutMs.'],
  ['57014', unavailable, 'A limit of the server ended the statement; try again, or raise statement_timeout.'],
  ['57', unavailable, 'The server ended the connection, or is starting; try again.'],
  ['58', unavailable, 'The server cannot use its files; see its log.'],
  ['08', unavailable, 'Try again.'],
  ['XX001', 'STORE_CORRUPT', 'Data on the server is damaged: restore a backup.'],
  ['XX002', 'STORE_CORRUPT', 'An index on the server is damaged: REINDEX it.'],
]

/** A store that is open never makes its schema anew: nobody would notice that history is gone. */
const afterRemoval =
  'Restore it from a backup, and this goes on; or start this process again to begin with what there is then.'

/** A missing schema, table, column or function. */
const vanished: ReadonlySet<string> = new Set(['3F000', '42P01', '42703', '42883'])

/** An error of the pool or of PostgreSQL as one of the store; errors of the store stay what they are. */
export function storeErrorOf(thrown: unknown, schema: string): EventBusError {
  if (thrown instanceof EventBusError) return thrown
  const error = withoutData(asError(thrown))
  const [code, advice] = describe(sqlState(error))
  return storeError(code, schema, `${textOf(error)}. ${advice}`, error)
}

export function storeError(code: EventBusErrorCode, schema: string, what: string, cause?: unknown): EventBusError {
  const message = `PostgreSQL store '${schema}': ${what}`
  return new EventBusError(code, message, cause === undefined ? {} : { cause })
}

/** For a statement that found another store in the place of the one that was opened. */
export function replaced(schema: string): EventBusError {
  const what = 'the schema was removed and made anew while it was in use: what it held is not there.'
  return storeError(unavailable, schema, `${what} ${afterRemoval}`)
}

function describe(state: string | undefined): readonly [EventBusErrorCode, string] {
  if (state === undefined) return [unavailable, 'Is the server running, and can it be reached from here? Try again.']
  if (vanished.has(state)) return [unavailable, `The schema, or a part of it, was removed. ${afterRemoval}`]
  const kind = kinds.find(([start]) => state.startsWith(start))
  return kind ? [kind[1], kind[2]] : ['STORE_FAILED', 'Nothing was changed.']
}

/** PostgreSQL quotes what it was given in these; errors are logged, and data is not. */
function withoutData(error: Error): Error {
  for (const name of ['detail', 'where', 'internalQuery']) Reflect.deleteProperty(error, name)
  return error
}

/** `undefined` for what does not come from the server: the network, the pool. */
function sqlState(thrown: unknown): string | undefined {
  const code = (thrown as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined
}

/** Node has nothing to say where a name has several addresses. */
function textOf(error: NodeJS.ErrnoException): string {
  return error.message || (error.code ?? error.name)
}
