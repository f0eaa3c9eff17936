import { inspect } from 'node:util'
import { callBack } from './callback.ts'

/** The part of a pino logger that the bus needs; any object of this shape works. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Writes warnings and errors to stderr as JSON lines; the default of the bus. */
export const stderrLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: (fields, message) => writeLine('warn', fields, message),
  error: (fields, message) => writeLine('error', fields, message),
}

/** Says nothing. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** The logger as the bus uses it: one that throws must not take down what it was to report on. */
export function guarded(logger: Logger): Logger {
  const guard = (level: keyof Logger) => (fields: object, message: string) => {
    // Of an error there is nobody left to tell.
    callBack(
      () => logger[level](fields, message),
      () => {},
    )
  }
  return { debug: guard('debug'), info: guard('info'), warn: guard('warn'), error: guard('error') }
}

/** The logger with `bindings` in the fields of every line. */
export function withFields(logger: Logger, bindings: object): Logger {
  return {
    debug: (fields, message) => logger.debug({ ...bindings, ...fields }, message),
    info: (fields, message) => logger.info({ ...bindings, ...fields }, message),
    warn: (fields, message) => logger.warn({ ...bindings, ...fields }, message),
    error: (fields, message) => logger.error({ ...bindings, ...fields }, message),
  }
}

function writeLine(level: 'warn' | 'error', fields: object, message: string): void {
  const { stderr } = process
  // Where nobody reads stderr any more, e.g. behind a pipe, Node ends a process that does not listen for that.
  if (stderr.listenerCount('error') === 0) stderr.on('error', () => {})
  stderr.write(`${lineOf(level, fields, message)}\n`)
}

function lineOf(level: 'warn' | 'error', fields: object, msg: string): string {
  const time = new Date().toISOString()
  try {
    return JSON.stringify({ time, level, ...fields, msg }, plainError)
  } catch {
    // A cycle, as errors of HTTP clients have it, or a BigInt.
    return JSON.stringify({ time, level, fields: inspect(fields), msg })
  }
}

/** An Error has no enumerable fields of its own: without this it would be logged as `{}`. */
function plainError(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value
  const { name, message, stack, cause } = value
  return { name, code: (value as { code?: unknown }).code, message, stack, cause }
}
