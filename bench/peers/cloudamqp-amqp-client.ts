import { AMQPClient } from '@cloudamqp/amqp-client'
import { type Client, eventType, pattern, type Place, queueArguments } from '../contenders/client.ts'
import type { Data } from '../payload.ts'

const persistent = 2

export async function connect({ url, exchange, prefetch }: Place): Promise<Client> {
  const connection = await new AMQPClient(url).connect()
  const properties = { deliveryMode: persistent, contentType: 'application/json' }
  return {
    async publisher() {
      const channel = await connection.channel()
      await channel.confirmSelect()
      await channel.exchangeDeclare(exchange, 'topic', { durable: true })
      return (data) => channel.basicPublish(exchange, eventType, JSON.stringify(data), properties)
    },
    async subscribe(handle, queue) {
      const channel = await connection.channel()
      await channel.exchangeDeclare(exchange, 'topic', { durable: true })
      await channel.queueDeclare(queue, { durable: true }, queueArguments)
      await channel.queueBind(queue, exchange, pattern)
      await channel.prefetch(prefetch)
      await channel.basicConsume(queue, { noAck: false }, async (message) => {
        handle(JSON.parse(message.bodyString() ?? '') as Data)
        await message.ack()
      })
    },
    close: () => connection.close(),
  }
}
