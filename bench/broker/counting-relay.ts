import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { FrameReader, methodFrame } from './frames.ts'

const basicDeliver = (60 << 16) + 60

/** Stands between a client and a broker, and counts what the broker delivers. */
export interface CountingRelay {
  readonly url: string
  readonly deliveries: number
  stop(): void
}

/** In front of the broker that the URL names. */
export async function startCountingRelay(brokerUrl: string): Promise<CountingRelay> {
  const url = new URL(brokerUrl)
  if (url.protocol !== 'amqp:') throw new Error('deliveries are counted on the wire: that needs an amqp: URL')
  const address = { host: url.hostname, port: Number(url.port || 5_672) }
  const sockets: Socket[] = []
  let deliveries = 0
  const server = createServer((client) => {
    const broker = connect(address)
    sockets.push(client, broker)
    for (const socket of [client, broker]) socket.on('error', () => socket.destroy())
    client.pipe(broker).pipe(client)
    onDelivery(broker, () => deliveries++)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    get deliveries() {
      return deliveries
    },
    stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

function onDelivery(broker: Socket, count: () => void): void {
  const reader = new FrameReader()
  broker.on('data', (chunk: Buffer) => {
    for (const { type, payload } of reader.read(chunk)) {
      if (type === methodFrame && payload.readUInt32BE(0) === basicDeliver) count()
    }
  })
}
