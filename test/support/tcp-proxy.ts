import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { createLink, type Link, type Shape } from './tcp-link.ts'

export interface TcpProxy {
  /** Where it listens, on 127.0.0.1. */
  readonly port: number
  /** Open client connections. */
  readonly connections: number
  /** Destroys all open connections at once. */
  cut(): void
  /** No byte passes in either direction; sockets stay open, new ones are accepted. What TCP had taken still arrives. */
  stall(): void
  resume(): void
  /** No byte passes on the open connections ever again, and neither side is told; new ones work. */
  strand(): void
  /** From now on, for open connections and new ones. */
  shape(shape: Shape): void
  /** New connections are destroyed at once; open ones stay. */
  refuse(): void
  accept(): void
  /** Ends whatever is done to it; what was stranded stays so. */
  heal(): void
  /** Ends every connection and stops listening. */
  close(): Promise<void>
}

/** A TCP proxy on 127.0.0.1 in front of a port, to do to connections what networks do. */
export async function startTcpProxy(target: { port: number; host?: string }): Promise<TcpProxy> {
  const links = new Set<Link>()
  let stalled = false
  let shape: Shape = {}
  let refusing = false

  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    if (refusing) return void client.destroy()
    const upstream = connect({ port: target.port, host: target.host ?? '127.0.0.1', allowHalfOpen: true })
    const link = createLink(client, upstream, () => shape)
    if (stalled) link.stall()
    links.add(link)
    client.once('close', () => links.delete(link))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const proxy: TcpProxy = {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return links.size
    },
    cut() {
      for (const link of links) link.destroy()
      // 'close' comes a tick later; the count is right at once.
      links.clear()
    },
    stall() {
      stalled = true
      for (const link of links) link.stall()
    },
    resume() {
      stalled = false
      for (const link of links) link.resume()
    },
    strand() {
      for (const link of links) link.strand()
    },
    shape(next) {
      shape = next
    },
    refuse() {
      refusing = true
    },
    accept() {
      refusing = false
    },
    heal() {
      proxy.resume()
      proxy.accept()
      proxy.shape({})
    },
    async close() {
      for (const link of links) link.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy
}
