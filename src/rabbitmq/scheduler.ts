import { InHand } from '../core/in-hand.ts'
import type { Logger } from '../core/logger.ts'
import { Acknowledger } from './acknowledger.ts'
import type { ConnectionManager } from './connection-manager.ts'
import type { CheckedConsumer } from './consumer-check.ts'
import type { Channel, Connection, Message } from './driver.ts'
import { withoutJourney } from './message-copy.ts'
import type { Names } from './names.ts'
import type { WireMessage } from './outgoing.ts'
import { RecoveringChannel } from './recovering-channel.ts'
import type { Redelivery } from './redelivery.ts'
import type { Topology } from './topology.ts'
import type { Waiting } from './waiting.ts'

const prefetch = 100

/**
 * Publishes scheduled events when they are due: the wait ladder can deliver to a queue only, so that they come here
 * first. Every bus that consumes does this; each event falls to one of them.
 */
export class Scheduler implements CheckedConsumer {
  readonly #names: Names
  readonly #topology: Topology
  readonly #waiting: Waiting
  readonly #redelivery: Redelivery
  readonly #logger: Logger
  readonly #channel: RecoveringChannel
  readonly #deliveries = new InHand()

  constructor(
    connections: ConnectionManager,
    names: Names,
    topology: Topology,
    waiting: Waiting,
    redelivery: Redelivery,
    logger: Logger,
  ) {
    this.#names = names
    this.#topology = topology
    this.#waiting = waiting
    this.#redelivery = redelivery
    this.#logger = logger
    const use = {
      name: names.scheduled,
      setUp: (channel: Channel, connection: Connection) => this.#setUp(channel, connection),
      opened: () => {},
      lost: () => {},
      failed: () => {},
    }
    this.#channel = new RecoveringChannel(connections, use, logger)
  }

  get state(): RecoveringChannel['state'] {
    return this.#channel.state
  }

  get queue(): string {
    return this.#names.scheduled
  }

  get arrived(): number {
    return this.#deliveries.begun
  }

  get inHand(): number {
    return this.#deliveries.count
  }

  restore(why: string): void {
    this.#channel.replace(why)
  }

  close(deadline: number): Promise<void> {
    return this.#channel.close(deadline)
  }

  async #setUp(channel: Channel, connection: Connection): Promise<void> {
    await this.#waiting.prepare(connection)
    await this.#topology.apply(this.#topology.schedulePlan, channel)
    await channel.prefetch(prefetch)
    const acknowledger = new Acknowledger(channel, prefetch)
    await channel.consume(this.#names.scheduled, (message) => {
      if (message === null) this.#channel.replace(`The broker cancelled the consumer of '${this.#names.scheduled}'`)
      else void this.#publish(message, acknowledger)
    })
  }

  async #publish(message: Message, acknowledger: Acknowledger): Promise<void> {
    const { deliveryTag } = message.fields
    this.#deliveries.begin()
    const settlement = await this.#redelivery.move(async () => this.#due(message))
    this.#deliveries.end()
    if (settlement === 'ack') acknowledger.ack(deliveryTag)
    else acknowledger.release(deliveryTag)
    this.#logger.debug({ event_id: message.properties.messageId as unknown }, 'Published a scheduled event')
  }

  #due(message: Message): WireMessage {
    const { messageId, type } = message.properties
    return {
      exchange: this.#names.exchange,
      routingKey: String(type),
      body: message.content,
      properties: withoutJourney(message),
      what: `the scheduled event '${String(messageId)}'`,
    }
  }
}
