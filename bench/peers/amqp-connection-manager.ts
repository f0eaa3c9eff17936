import { type AmqpConnectionManager, type ChannelWrapper, connect as connectTo } from 'amqp-connection-manager'
import type { ConfirmChannel } from 'amqplib'
import {
  type Client,
  eventType,
  messageOptions,
  pattern,
  type Place,
  type Publish,
  queueArguments,
} from '../contenders/client.ts'
import type { Data } from '../payload.ts'

export async function connect(place: Place): Promise<Client> {
  const connection = connectTo([place.url])
  return {
    publisher: () => openPublisher(connection, place),
    subscribe: (handle, queue) => consume(connection, { ...place, queue }, handle),
    close: () => connection.close(),
  }
}

async function openPublisher(connection: AmqpConnectionManager, { exchange }: Place): Promise<Publish> {
  const channel = await opened(connection, async (raw) => {
    await raw.assertExchange(exchange, 'topic', { durable: true })
  })
  return (data) => channel.publish(exchange, eventType, data, messageOptions)
}

async function consume(
  connection: AmqpConnectionManager,
  { exchange, queue, prefetch }: Place,
  handle: (data: Data) => void,
): Promise<void> {
  const channel = await opened(connection, async (raw) => {
    await raw.assertExchange(exchange, 'topic', { durable: true })
    await raw.assertQueue(queue, { durable: true, arguments: queueArguments })
    await raw.bindQueue(queue, exchange, pattern)
  })
  const onMessage: Parameters<ChannelWrapper['consume']>[1] = (message) => {
    handle(JSON.parse(message.content.toString()) as Data)
    channel.ack(message)
  }
  await channel.consume(queue, onMessage, { prefetch })
}

async function opened(
  connection: AmqpConnectionManager,
  setup: (channel: ConfirmChannel) => Promise<void>,
): Promise<ChannelWrapper> {
  const channel = connection.createChannel({ json: true, setup })
  await channel.waitForConnect()
  return channel
}
