import { memory } from '@appserver/event-bus'
import { startServer } from '../start-server.ts'
import type { Fleet, Member } from './fleet.ts'

/** Servers in this process: they share nothing but the data directory and the bus in memory. */
export function inOneProcess(dataDir: string): Fleet {
  const transport = memory()
  return {
    place: 'one process, on a bus in memory (set EVENTBUS_AMQP_URL for three processes on RabbitMQ)',
    async start(name): Promise<Member> {
      const { url, ready, stop } = await startServer({ instance: name, dataDir, transport, port: 0 })
      await ready
      return { name, url, stop, kill: stop }
    },
  }
}
