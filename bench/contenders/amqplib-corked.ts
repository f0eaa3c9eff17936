import type { Socket } from 'node:net'
import { setImmediate as immediate } from 'node:timers/promises'
import { type Channel, type ChannelModel, connect as connectTo, type Message } from 'amqplib'
import type { Data } from '../payload.ts'
import { confirmedPublisher, consumingChannel, plainContent } from './amqplib.ts'
import type { Client, Place } from './client.ts'

/** amqplib made fast by hand: one write of the socket a tick, and one acknowledgement for all that a tick has handled. */
export async function connect(place: Place, contentOf = plainContent): Promise<Client> {
  const connection = await connectTo(place.url)
  corkForTicks(socketOf(connection))
  return {
    publisher: () => confirmedPublisher(connection, place.exchange, contentOf),
    async subscribe(handle, queue) {
      const channel = await consumingChannel(connection, { ...place, queue })
      const acknowledge = oncePerTick(channel)
      await channel.consume(queue, (message) => {
        if (!message) return
        handle(JSON.parse(message.content.toString()) as Data)
        acknowledge(message)
      })
    },
    async close() {
      // What was handled in this tick is about to be acknowledged.
      await immediate()
      await connection.close()
    },
  }
}

function socketOf(connection: ChannelModel): Socket {
  return (connection.connection as unknown as { stream: Socket }).stream
}

/** amqplib writes its frames one by one, later than `publish` returns: the first one of a tick holds back the rest. */
function corkForTicks(socket: Socket): void {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean
  const uncork = (): void => socket.uncork()
  socket.write = (...args: unknown[]): boolean => {
    if (socket.writableCorked === 0) {
      socket.cork()
      process.nextTick(uncork)
    }
    return write(...args)
  }
}

/** Acknowledges everything up to the last message of a tick. */
function oncePerTick(channel: Channel): (message: Message) => void {
  let last: Message | undefined
  const acknowledge = (): void => {
    if (last) channel.ack(last, true)
    last = undefined
  }
  return (message) => {
    if (!last) setImmediate(acknowledge)
    last = message
  }
}
