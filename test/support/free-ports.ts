import { once } from 'node:events'
import { createServer } from 'node:net'

// Below the ports that systems hand to outgoing connections (32768 on Linux, 49152 elsewhere): none of those can take a
// port between two starts of a server.
const lowestPort = 20_000
const highestPort = 32_000

/** Distinct ports on 127.0.0.1 on which nobody listens. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) {
    const port = lowestPort + Math.floor(Math.random() * (highestPort - lowestPort))
    if (await isFree(port)) ports.add(port)
  }
  return [...ports]
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
