import { type Channel, type ChannelModel, connect as connectTo, type Options } from 'amqplib'
import type { Data } from '../payload.ts'
import { type Client, eventType, messageOptions, pattern, type Place, type Publish, queueArguments } from './client.ts'

/** Bare amqplib as its documentation shows it: the reference. Acknowledges one by one. */
export async function connect(place: Place): Promise<Client> {
  const connection = await connectTo(place.url)
  return {
    publisher: () => confirmedPublisher(connection, place.exchange),
    async subscribe(handle, queue) {
      const channel = await consumingChannel(connection, { ...place, queue })
      await channel.consume(queue, (message) => {
        if (!message) return
        handle(JSON.parse(message.content.toString()) as Data)
        channel.ack(message)
      })
    },
    close: () => connection.close(),
  }
}

/** What goes into one message. */
export interface Content {
  readonly body: Buffer
  readonly options: Options.Publish
}

export function plainContent(data: Data): Content {
  return { body: Buffer.from(JSON.stringify(data)), options: messageOptions }
}

export async function confirmedPublisher(
  connection: ChannelModel,
  exchange: string,
  contentOf = plainContent,
): Promise<Publish> {
  const channel = await connection.createConfirmChannel()
  await channel.assertExchange(exchange, 'topic', { durable: true })
  return (data) =>
    new Promise<void>((resolve, reject) => {
      const { body, options } = contentOf(data)
      channel.publish(exchange, eventType, body, options, (error) => (error ? reject(error as Error) : resolve()))
    })
}

/** A channel for the place's queue, which is declared and bound. */
export async function consumingChannel(connection: ChannelModel, place: Place): Promise<Channel> {
  const channel = await connection.createChannel()
  await channel.assertExchange(place.exchange, 'topic', { durable: true })
  await channel.assertQueue(place.queue, { durable: true, arguments: queueArguments })
  await channel.bindQueue(place.queue, place.exchange, pattern)
  await channel.prefetch(place.prefetch)
  return channel
}
