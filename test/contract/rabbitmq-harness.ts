import { randomUUID } from 'node:crypto'
import { type Channel, type ChannelModel, connect, type GetMessage } from 'amqplib'
import type { Transport } from '../../src/core/transport.ts'
import { rabbitmq, type RabbitmqOptions } from '../../src/rabbitmq/index.ts'
import { Names } from '../../src/rabbitmq/names.ts'
import type { DeadLetterRecord, TransportHarness, TransportSpace } from '../../src/testing/index.ts'
import { deleteTopology } from '../support/rabbitmq/topology.ts'

/** On a broker that others use, too: each space has an exchange of its own, and goes with all its queues. */
export function rabbitmqHarness(url: string, options: Omit<RabbitmqOptions, 'url'> = {}): TransportHarness {
  return { open: async () => new RabbitmqSpace(await connect(url), { ...options, url }) }
}

class RabbitmqSpace implements TransportSpace {
  readonly #connection: ChannelModel
  readonly #options: RabbitmqOptions
  readonly #names: Names = new Names(`contract-${randomUUID()}`)
  readonly #queues = new Set<string>()
  readonly #deadLetters: DeadLetterRecord[] = []

  constructor(connection: ChannelModel, options: RabbitmqOptions) {
    this.#connection = connection
    this.#options = { ...options, exchangeName: this.#names.exchange }
  }

  /** What is consumed names the queues that must go. */
  transport(): Transport {
    const transport = rabbitmq(this.#options)
    return {
      name: transport.name,
      join: (member) => {
        const session = transport.join(member)
        const consume = session.consume.bind(session)
        session.consume = (point, receive) => {
          this.#queues.add(this.#names.queueOf(point, member.instance))
          return consume(point, receive)
        }
        return session
      },
    }
  }

  async deadLetters(): Promise<readonly DeadLetterRecord[]> {
    for (let letter = await this.#nextLetter(); letter; letter = await this.#nextLetter()) {
      this.#deadLetters.push(recordOf(letter))
    }
    return this.#deadLetters
  }

  async close(): Promise<void> {
    await deleteTopology(await this.#connection.createChannel(), this.#names.exchange, [...this.#queues])
    await this.#connection.close()
  }

  async #nextLetter(): Promise<GetMessage | undefined> {
    const channel = await this.#openChannel()
    try {
      return (await channel.get(this.#names.deadLetters, { noAck: true })) || undefined
    } finally {
      await channel.close().catch(() => {})
    }
  }

  /** A queue that does not exist yet ends the channel. */
  async #openChannel(): Promise<Channel> {
    const channel = await this.#connection.createChannel()
    channel.on('error', () => {})
    return channel
  }
}

function recordOf({ properties }: GetMessage): DeadLetterRecord {
  const headers = properties.headers ?? {}
  return {
    id: String(properties.messageId),
    type: String(properties.type),
    reason: String(headers['event-bus-reason']),
    handlers: headers['event-bus-handlers'] as string[],
    attempts: Number(headers['event-bus-attempts']),
  }
}
