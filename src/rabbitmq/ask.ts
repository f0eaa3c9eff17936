import { EventBusError } from '../core/errors.ts'
import { unlessAborted } from '../core/settled.ts'

/** What an asked function is given. */
export interface AskContext {
  /** Aborted when nobody waits for the answer any more: it took too long, or the bus was closed. */
  readonly signal: AbortSignal
}

/** A function among the options, which is asked before each connection. */
export type Ask<T> = (context: AskContext) => T | Promise<T>

/**
 * The answer of a function that may throw, reject or never answer: then `CREDENTIALS_UNAVAILABLE`, or `BUS_CLOSED`. What
 * it throws is the cause; its text is nowhere else, since it may hold a secret.
 */
export async function ask<T>(name: string, ask: Ask<T>, limitMs: number, closing: AbortSignal): Promise<T> {
  const given = new AbortController()
  const giveUp = (): void => given.abort(new EventBusError('BUS_CLOSED', 'The bus was closed'))
  const timer = setTimeout(() => given.abort(tooLate(name, limitMs)), limitMs)
  closing.addEventListener('abort', giveUp)
  if (closing.aborted) giveUp()
  try {
    return await unlessAborted(answerOf(name, ask, given.signal), given.signal)
  } finally {
    clearTimeout(timer)
    closing.removeEventListener('abort', giveUp)
  }
}

async function answerOf<T>(name: string, ask: Ask<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  try {
    return await ask({ signal })
  } catch (cause) {
    throw new EventBusError('CREDENTIALS_UNAVAILABLE', `The function '${name}' failed (${kindOf(cause)})`, { cause })
  }
}

function tooLate(name: string, limitMs: number): EventBusError {
  const message = `The function '${name}' did not answer within ${limitMs} ms (connectTimeoutMs)`
  return new EventBusError('CREDENTIALS_UNAVAILABLE', message)
}

/** What may be said of an error that is not ours: its code, or its name. */
function kindOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `it threw a ${typeof thrown}`
  const { code } = thrown as NodeJS.ErrnoException
  return typeof code === 'string' ? code : thrown.name
}
