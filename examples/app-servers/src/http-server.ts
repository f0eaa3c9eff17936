import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isEventBusError } from '@appserver/event-bus'
import { Refusal, type RefusalReason } from './refusal.ts'
import { type Answer, answerBy, type Route } from './router.ts'

const statusOf: Record<RefusalReason, number> = { invalid: 400, unknown: 404, conflict: 409, failed: 422 }

/** How long requests in hand may take when the server stops. */
const drainMs = 5_000

export interface HttpServer {
  readonly url: string
  /** Takes no more requests and answers those in hand. */
  stop(): Promise<void>
}

/** Serves the routes on 127.0.0.1; port 0 takes a free one. */
export async function serve(routes: readonly Route[], port: number): Promise<HttpServer> {
  const server = createServer((request, response) => void respond(routes, request, response))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => stop(server) }
}

async function respond(routes: readonly Route[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, body, headers } = await answerBy(routes, request).catch(toAnswer)
  response.writeHead(status, { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers })
  response.end(body === undefined ? undefined : `${JSON.stringify(body)}\n`)
}

function toAnswer(error: unknown): Answer {
  if (error instanceof Refusal) return { status: statusOf[error.reason], body: { error: error.message } }
  console.error(error)
  // The event did not go out, or nobody knows whether it did. The same request again is safe.
  if (isEventBusError(error)) {
    return { status: 503, body: { error: error.message, code: error.code }, headers: { 'retry-after': '1' } }
  }
  return { status: 500, body: { error: 'Something went wrong here; the log says what' } }
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  const limit = setTimeout(() => server.closeAllConnections(), drainMs)
  await closed
  clearTimeout(limit)
}
