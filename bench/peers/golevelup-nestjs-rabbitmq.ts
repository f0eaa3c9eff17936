import 'reflect-metadata'
import { AmqpConnection } from '@golevelup/nestjs-rabbitmq'
import { type Client, eventType, pattern, type Place, queueArguments } from '../contenders/client.ts'
import type { Data } from '../payload.ts'

/** Its connection as its module would make it, without an application around it. */
export async function connect({ url, exchange, prefetch }: Place): Promise<Client> {
  const connection = new AmqpConnection({
    uri: url,
    prefetchCount: prefetch,
    exchanges: [{ name: exchange, type: 'topic', options: { durable: true } }],
    connectionInitOptions: { wait: true, timeout: 60_000 },
    enableDirectReplyTo: false,
  })
  await connection.init()
  return {
    publisher: async () => (data) => connection.publish(exchange, eventType, data, { persistent: true }),
    async subscribe(handle, queue) {
      const queueOptions = { durable: true, arguments: queueArguments }
      const handler = async (data: Data | undefined): Promise<void> => {
        if (data) handle(data)
      }
      await connection.createSubscriber(handler, { exchange, routingKey: pattern, queue, queueOptions }, 'bench')
    },
    close: () => connection.close(),
  }
}
