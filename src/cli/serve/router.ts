import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { healthResponse, healthType } from '../../core/health-response.ts'
import { checkAccess, hasToken } from './access.ts'
import { answerJson } from './answer.ts'
import { getEvents } from './get-events.ts'
import { getHistory } from './get-history.ts'
import { getMetrics } from './get-metrics.ts'
import { HttpError, toHttpError } from './http-error.ts'
import { postEvents } from './post-events.ts'
import type { Service } from './service.ts'

type Handle = (request: IncomingMessage, response: ServerResponse, service: Service) => Promise<void> | void

interface Route {
  readonly methods: ReadonlyMap<string, Handle>
  /** For anyone: probes come without a token and with any host name. */
  readonly isOpen: boolean
}

const routes: ReadonlyMap<string, Route> = new Map([
  ['/', { methods: new Map([['GET', getIndex]]), isOpen: false }],
  [
    '/events',
    {
      methods: new Map<string, Handle>([
        ['GET', getEvents],
        ['POST', postEvents],
      ]),
      isOpen: false,
    },
  ],
  ['/events/history', { methods: new Map([['GET', getHistory]]), isOpen: false }],
  ['/metrics', { methods: new Map([['GET', getMetrics]]), isOpen: false }],
  ['/livez', { methods: new Map([['GET', getLivez]]), isOpen: true }],
  ['/readyz', { methods: new Map([['GET', getReadyz]]), isOpen: true }],
])

/** Answers the requests of one server. */
export function listenerFor(service: Service): RequestListener {
  return (request, response) => void answer(request, response, service)
}

/** Never rejects. */
async function answer(request: IncomingMessage, response: ServerResponse, service: Service): Promise<void> {
  try {
    await findHandle(request, service)(request, response, service)
  } catch (error) {
    answerError(response, error, service)
  }
}

function findHandle(request: IncomingMessage, { token }: Service): Handle {
  const path = (request.url ?? '').split('?', 1)[0] ?? ''
  const route = routes.get(path)
  if (!route?.isOpen) checkAccess(request.headers, token)
  if (!route) throw new HttpError(404, 'NOT_FOUND', `There is no ${path}; there are ${[...routes.keys()].join(' ')}`)
  // Node.js leaves out the body of an answer to HEAD.
  const method = request.method === 'HEAD' && path !== '/events' ? 'GET' : (request.method ?? '')
  const handle = route.methods.get(method)
  if (handle) return handle
  const allowed = [...route.methods.keys()].join(', ')
  throw new HttpError(405, 'METHOD_NOT_ALLOWED', `${path} allows ${allowed}`, { Allow: allowed })
}

function answerError(response: ServerResponse, error: unknown, { logger }: Service): void {
  if (response.destroyed) return
  const { status, code, message, headers, body } = toHttpError(error)
  if (code === 'UNEXPECTED') logger.error({ err: error }, `Unexpected error: ${message}`)
  // Half an answer cannot be taken back, only broken off.
  if (response.headersSent) return void response.destroy()
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value ?? '')
  answerJson(response, status, body)
}

function getIndex(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' })
  response.end(`event-bus over HTTP

POST /events                 publishes: one CloudEvent as JSON, an array of them, or NDJSON; {"type": ..., "data": ...} is enough
GET  /events?pattern=app.%23 streams events as server-sent events, or as NDJSON (Accept: application/x-ndjson)
GET  /events/history         what was recorded, in pages: pattern, subject, correlation, since, until, limit, ...
GET  /metrics                what Prometheus scrapes
GET  /livez                  200 while the process lives
GET  /readyz                 200 while the bus works and all its subscriptions are ready, else 503 and why
`)
}

function getLivez(_request: IncomingMessage, response: ServerResponse): void {
  answerJson(response, 200, { status: 'pass' }, healthType)
}

/** What the checks say about the broker is for those who have the token. */
async function getReadyz(request: IncomingMessage, response: ServerResponse, { bus, token }: Service): Promise<void> {
  const { statusCode, contentType, body } = healthResponse(await bus.healthCheck())
  const mayKnow = token === undefined || hasToken(request.headers, token)
  answerJson(response, statusCode, mayKnow ? body : { status: body.status }, contentType)
}
