import type { EventBusError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { InHand } from '../core/in-hand.ts'
import type { Intake, Point } from '../core/transport.ts'
import { Bindings } from './bindings.ts'
import type { ConnectionManager } from './connection-manager.ts'
import type { CheckedConsumer, ConsumerFault } from './consumer-check.ts'
import { Consumer, type ConsumerOptions } from './consumer.ts'
import type { Channel, Connection, Message } from './driver.ts'
import { Handling, type HandlingOptions } from './handling.ts'
import { Overdue } from './overdue.ts'
import { QueueGap } from './queue-gap.ts'
import { RecoveringChannel } from './recovering-channel.ts'
import type { Redelivery } from './redelivery.ts'
import type { Topology } from './topology.ts'
import type { Waiting } from './waiting.ts'

export interface SubscriberOptions extends HandlingOptions, ConsumerOptions {
  readonly exchange: string
}

/** The consumer of one queue: keeps its queue, its bindings and itself on the broker, and settles what comes. */
export class Subscriber implements Intake, CheckedConsumer {
  readonly #options: SubscriberOptions
  readonly #topology: Topology
  readonly #waiting: Waiting
  readonly #handling: Handling
  readonly #logger: Logger
  readonly #channel: RecoveringChannel
  readonly #bindings: Bindings
  readonly #overdue: Overdue
  readonly #gap: QueueGap
  #consumer: Consumer | undefined
  #isStopped = false
  readonly #deliveries = new InHand()

  constructor(
    options: SubscriberOptions,
    connections: ConnectionManager,
    topology: Topology,
    waiting: Waiting,
    redelivery: Redelivery,
  ) {
    this.#options = options
    this.#topology = topology
    this.#waiting = waiting
    this.#handling = new Handling(options, redelivery)
    this.#logger = options.member.logger
    this.#bindings = new Bindings(options.queue, options.exchange)
    this.#overdue = new Overdue(options.queue, this.#logger)
    this.#gap = new QueueGap(options.queue, options.exchange, options.point, options.member)
    const use = {
      name: options.queue,
      setUp: (channel: Channel, connection: Connection) => this.#setUp(channel, connection),
      opened: (channel: Channel) => this.#opened(channel),
      lost: (cause: Error) => this.#lost(cause),
      failed: (cause: EventBusError) => this.#bindings.failed(cause),
    }
    this.#channel = new RecoveringChannel(connections, use, this.#logger)
  }

  get queue(): string {
    return this.#options.queue
  }

  get point(): Point {
    return this.#options.point
  }

  get state(): RecoveringChannel['state'] {
    return this.#channel.state
  }

  get status(): 'waiting' | 'ready' | 'failed' {
    const { name } = this.#channel.state
    if (name === 'open') return 'ready'
    return name === 'failed' ? 'failed' : 'waiting'
  }

  get arrived(): number {
    return this.#deliveries.begun
  }

  get inHand(): number {
    return this.#deliveries.count
  }

  rebind(channel: Channel): Promise<void> {
    return this.#bindings.rebind(channel)
  }

  restore({ why, exchangeIsGone }: ConsumerFault): void {
    if (this.#isStopped) return
    if (exchangeIsGone) this.#gap.exchangeLost()
    this.#channel.replace(why)
  }

  /** What the broker has lately taken back, because its handlers ran for too long. */
  get overdue(): string | undefined {
    return this.#overdue.news
  }

  /** The broker wants nothing to do with this client: who waits for `ready` is told. */
  refused(cause: EventBusError): void {
    this.#bindings.failed(cause)
  }

  bind(pattern: string): Promise<void> {
    return this.#bindings.add(pattern)
  }

  unbind(pattern: string): Promise<void> {
    return this.#bindings.delete(pattern)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#consumer?.cancel()
  }

  /** Resolves when all in hand is settled, and the broker told. */
  async settled(): Promise<void> {
    await this.#deliveries.nothing()
    this.#consumer?.acknowledger.flush()
  }

  /** Ends the channel: what is not settled goes back to the queue. */
  async close(deadline: number): Promise<void> {
    this.#consumer?.acknowledger.flush()
    await this.#channel.close(deadline)
  }

  async #setUp(channel: Channel, connection: Connection): Promise<void> {
    await this.#gap.look(connection)
    await this.#waiting.prepare(connection)
    await this.#topology.apply(this.#topology.pointPlan(this.point), channel)
    await this.#bindings.applyTo(channel)
    await this.#consume(channel)
  }

  /** A channel that opens after `stop` consumes nothing. */
  async #consume(channel: Channel): Promise<void> {
    if (this.#isStopped) return
    this.#consumer = new Consumer(channel, this.#options, (...arrival) => this.#arrived(...arrival))
    await this.#consumer.start()
    this.#gap.consumed()
  }

  #opened(channel: Channel): void {
    this.#logger.debug({ queue: this.queue }, `Consuming '${this.queue}'`)
    this.#bindings.opened(channel)
  }

  #lost(reason: Error): void {
    this.#consumer = undefined
    this.#bindings.lost()
    this.#overdue.lost(reason)
  }

  /** amqplib tells of a consumer that the broker has cancelled (queue deleted, node lost) by null. */
  #arrived(message: Message | null, consumer: Consumer): void {
    if (message === null) this.#channel.replace(`The broker cancelled the consumer of '${this.queue}'`)
    else void this.#settle(message, consumer)
  }

  async #settle(message: Message, consumer: Consumer): Promise<void> {
    const { acknowledger } = consumer
    this.#deliveries.begin()
    try {
      const settlement = await this.#handling.handle(message, consumer)
      if (consumer.changing) await consumer.changing
      if (settlement === 'ack') return acknowledger.ack(message.fields.deliveryTag)
      await consumer.untilGone()
      acknowledger.release(message.fields.deliveryTag)
    } finally {
      this.#deliveries.end()
    }
  }
}
