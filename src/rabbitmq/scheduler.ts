import { InHand } from '../core/in-hand.ts'
import { serializeData } from '../core/stamp.ts'
import type { Member } from '../core/transport.ts'
import { Acknowledger } from './acknowledger.ts'
import { decode, homeOf } from './codec.ts'
import type { ConnectionManager } from './connection-manager.ts'
import type { CheckedConsumer, ConsumerFault } from './consumer-check.ts'
import type { Channel, Connection, Message } from './driver.ts'
import { withoutJourney } from './message-copy.ts'
import { messageFields } from './log-fields.ts'
import type { Names } from './names.ts'
import type { WireMessage } from './outgoing.ts'
import { RecoveringChannel } from './recovering-channel.ts'
import type { Redelivery } from './redelivery.ts'
import type { Topology } from './topology.ts'
import type { Waiting } from './waiting.ts'

/**
 * Whoever records what falls due comes first: the broker hands out to others only what is more than its prefetch. Quorum
 * queues know the priority of consumers.
 */
const recording = { priority: 1, prefetch: 1_000 }
const publishingOnly = { priority: 0, prefetch: 100 }

/**
 * Publishes scheduled events when they are due: the wait ladder can deliver to a queue only, so that they come here
 * first. Every bus that consumes or schedules does this; each event falls to one of them.
 */
export class Scheduler implements CheckedConsumer {
  readonly #names: Names
  readonly #topology: Topology
  readonly #waiting: Waiting
  readonly #redelivery: Redelivery
  readonly #member: Member
  readonly #channel: RecoveringChannel
  readonly #deliveries = new InHand()

  constructor(
    connections: ConnectionManager,
    names: Names,
    topology: Topology,
    waiting: Waiting,
    redelivery: Redelivery,
    member: Member,
  ) {
    this.#names = names
    this.#topology = topology
    this.#waiting = waiting
    this.#redelivery = redelivery
    this.#member = member
    const use = {
      name: names.scheduled,
      setUp: (channel: Channel, connection: Connection) => this.#setUp(channel, connection),
      opened: () => {},
      lost: () => {},
      failed: () => {},
    }
    this.#channel = new RecoveringChannel(connections, use, member.logger)
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

  /** Whatever is due comes by another exchange. */
  async rebind(): Promise<void> {}

  restore({ why }: ConsumerFault): void {
    this.#channel.replace(why)
  }

  close(deadline: number): Promise<void> {
    return this.#channel.close(deadline)
  }

  async #setUp(channel: Channel, connection: Connection): Promise<void> {
    await this.#waiting.prepare(connection)
    await this.#topology.apply(this.#topology.schedulePlan, channel)
    const { prefetch, priority } = this.#member.onDue ? recording : publishingOnly
    await channel.prefetch(prefetch)
    const acknowledger = new Acknowledger(channel, prefetch)
    const arrived = (message: Message | null): void => {
      if (message === null) this.#channel.replace(`The broker cancelled the consumer of '${this.#names.scheduled}'`)
      else void this.#publish(message, acknowledger)
    }
    await channel.consume(this.#names.scheduled, arrived, { priority })
  }

  async #publish(message: Message, acknowledger: Acknowledger): Promise<void> {
    const { deliveryTag } = message.fields
    this.#deliveries.begin()
    const about = messageFields(message)
    const settlement = await this.#redelivery.move(async () => this.#due(message), about)
    this.#deliveries.end()
    if (settlement === 'release') return acknowledger.release(deliveryTag)
    this.#tell(message)
    acknowledger.ack(deliveryTag)
    this.#member.logger.debug(about, 'Published a scheduled event')
  }

  #tell(message: Message): void {
    const { onDue, logger } = this.#member
    if (!onDue) return
    try {
      const event = decode(message)
      const home = homeOf(message)
      onDue({ event, dataJson: serializeData(event), ...(home !== undefined && { home }) })
    } catch (err) {
      const fields = { ...messageFields(message), err }
      logger.error(fields, 'A scheduled event was published that cannot be read; it is not recorded')
    }
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
