import { Connection } from 'rabbitmq-client'
import { type Client, eventType, pattern, type Place, queueArguments } from '../contenders/client.ts'
import type { Data } from '../payload.ts'

export async function connect({ url, exchange, prefetch }: Place): Promise<Client> {
  const connection = new Connection(url)
  const exchanges = [{ exchange, type: 'topic', durable: true }]
  const ends: { close(): Promise<void> }[] = []
  return {
    async publisher() {
      const publisher = connection.createPublisher({ confirm: true, exchanges })
      ends.push(publisher)
      return (data) => publisher.send({ exchange, routingKey: eventType, durable: true }, data)
    },
    async subscribe(handle, queue) {
      const consumer = connection.createConsumer(
        {
          queue,
          queueOptions: { durable: true, arguments: queueArguments },
          qos: { prefetchCount: prefetch },
          exchanges,
          queueBindings: [{ exchange, routingKey: pattern }],
        },
        ({ body }) => handle(body as Data),
      )
      ends.push(consumer)
      await new Promise((resolve) => consumer.once('ready', resolve))
    },
    async close() {
      for (const end of ends) await end.close()
      await connection.close()
    },
  }
}
