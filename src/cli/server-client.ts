import { once } from 'node:events'
import * as http from 'node:http'
import * as https from 'node:https'
import { json } from 'node:stream/consumers'
import { Failure } from './failure.ts'
import type { ServerTarget } from './target.ts'

export interface ServerRequest {
  readonly method?: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /**
   * Ends the request, and the answer while it is read. Not made by `AbortSignal.any`, and not for `fetch`: both can lose
   * an abort to garbage collection (https://github.com/nodejs/undici/issues/3644).
   */
  readonly signal: AbortSignal
}

/** Calls a running `event-bus serve`. Rejects with `CONNECTION_FAILED` if nobody answers, also when it is aborted. */
export async function callServer(
  target: ServerTarget,
  path: string,
  { method = 'GET', headers, body, signal }: ServerRequest,
): Promise<http.IncomingMessage> {
  const url = new URL(`${target.url}${path}`)
  const authorization = target.token === undefined ? {} : { authorization: `Bearer ${target.token}` }
  const { request } = url.protocol === 'https:' ? https : http
  const outgoing = request(url, { method, headers: { ...headers, ...authorization }, signal })
  try {
    outgoing.end(body)
    const [response] = (await once(outgoing, 'response')) as [http.IncomingMessage]
    // What breaks off the answer is told to its reader.
    outgoing.on('error', () => {})
    return response
  } catch (error) {
    throw noAnswer(target, error as Error)
  }
}

function noAnswer({ url, isDefault, elsewhere }: ServerTarget, error: Error): Failure {
  const hint = isDefault ? `; start event-bus serve there, or say where with ${elsewhere}` : ''
  return new Failure('CONNECTION_FAILED', `${url} does not answer (${reasonOf(error)})${hint}`, { cause: error })
}

/** `ECONNREFUSED` and the like say more than their messages. */
export function reasonOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.message
}

/** What a server's answer says went wrong, if it is one of ours. */
export function failureOf(status: number | undefined, body: unknown): Failure {
  const { code, message } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  if (typeof code === 'string' && typeof message === 'string') return new Failure(code, message)
  return new Failure('HTTP_ERROR', `the server answered with status ${status}; is it event-bus serve?`)
}

/** The body of an answer, or nothing if it is no JSON. */
export async function jsonOf(response: http.IncomingMessage): Promise<unknown> {
  try {
    return await json(response)
  } catch {
    return undefined
  }
}
