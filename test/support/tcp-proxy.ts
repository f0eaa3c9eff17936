import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'

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
  /** New connections are destroyed at once; open ones stay. */
  refuse(): void
  accept(): void
  /** Ends every connection and stops listening. */
  close(): Promise<void>
}

/** A TCP proxy on 127.0.0.1 in front of a port, to do to connections what networks do. */
export async function startTcpProxy(target: { port: number; host?: string }): Promise<TcpProxy> {
  const links = new Set<Link>()
  let stalled = false
  let refusing = false

  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    if (refusing) return void client.destroy()
    const upstream = connect({ port: target.port, host: target.host ?? '127.0.0.1', allowHalfOpen: true })
    const link = createLink(client, upstream, () => stalled)
    links.add(link)
    client.once('close', () => links.delete(link))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
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
      for (const link of links) link.pause()
    },
    resume() {
      stalled = false
      for (const link of links) link.resume()
    },
    refuse() {
      refusing = true
    },
    accept() {
      refusing = false
    },
    async close() {
      for (const link of links) link.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Link {
  pause(): void
  resume(): void
  destroy(): void
}

/** Both sockets of one proxied connection. */
function createLink(client: Socket, upstream: Socket, stalled: () => boolean): Link {
  const directions = [relay(client, upstream, stalled), relay(upstream, client, stalled)]
  const link: Link = {
    pause: () => directions.forEach((direction) => direction.pause()),
    resume: () => directions.forEach((direction) => direction.resume()),
    destroy: () => [client, upstream].forEach((socket) => socket.destroy()),
  }
  if (stalled()) link.pause()
  else link.resume()
  return link
}

/**
 * Not `pipe`: its flow control would resume a socket that was paused to stall it. And a paused socket still reads a
 * little and notices its end, so what happens on it during a stall is held back until the stall is over.
 */
function relay(from: Socket, to: Socket, stalled: () => boolean): Omit<Link, 'destroy'> {
  let held: Array<() => void> = []
  const pass = (act: () => void): void => void (stalled() ? held.push(act) : act())
  const write = (chunk: Buffer): void => {
    if (!to.write(chunk)) from.pause()
  }
  from.setNoDelay(true)
  from.on('data', (chunk: Buffer) => pass(() => write(chunk)))
  from.on('end', () => pass(() => to.end()))
  // A reset or a refused target: 'close' follows, and then the other side must not stay open.
  from.on('error', () => {})
  from.on('close', () => pass(() => to.destroySoon()))
  to.on('drain', () => pass(() => from.resume()))
  return {
    pause: () => void from.pause(),
    resume() {
      const acts = held
      held = []
      from.resume()
      for (const act of acts) act()
    },
  }
}
