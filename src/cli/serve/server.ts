import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Failure } from '../failure.ts'
import { listenerFor } from './router.ts'
import type { Service } from './service.ts'

/** A connection on which nothing moves for so long is closed; streams have heartbeats. */
const idleMs = 120_000

export interface HttpServer {
  readonly port: number
  /** Takes no more requests and ends the streams; what is being answered goes on. */
  stop(): void
  /** Resolves when all connections are closed; those that are not after the limit are cut. */
  closed(timeoutMs: number): Promise<void>
}

/** Rejects with `PORT_IN_USE` or `LISTEN_FAILED`. */
export async function listen(service: Service, host: string, port: number): Promise<HttpServer> {
  const server = createServer({ requestTimeout: 0 }, listenerFor(service))
  server.timeout = idleMs
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException, host, port)
  }
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => stop(server, service),
    closed: (timeoutMs) => closed(server, timeoutMs),
  }
}

function stop(server: Server, { streams }: Service): void {
  // Also closes connections that wait for a next request.
  server.close()
  for (const stream of streams) stream.end()
}

async function closed(server: Server, timeoutMs: number): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), timeoutMs)
  server.closeIdleConnections()
  if (await hasConnections(server)) await once(server, 'close')
  clearTimeout(timer)
}

function hasConnections(server: Server): Promise<boolean> {
  return new Promise((resolve) => server.getConnections((error, count) => resolve(!error && count > 0)))
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Failure {
  if (error.code === 'EADDRINUSE') {
    const message = `Port ${port} on ${host} is in use; choose another with --port, or --port 0 for any free one`
    return new Failure('PORT_IN_USE', message, { cause: error })
  }
  return new Failure('LISTEN_FAILED', `Cannot listen on ${host} port ${port}: ${error.message}`, { cause: error })
}
