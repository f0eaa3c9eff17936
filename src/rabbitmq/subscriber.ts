import { asError, type EventBusError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { BusEvent } from '../core/event.ts'
import type { Intake, Member, Point, Receive } from '../core/transport.ts'
import { Acknowledger } from './acknowledger.ts'
import { Bindings } from './bindings.ts'
import { decode } from './codec.ts'
import type { ConnectionManager } from './connection-manager.ts'
import type { CheckedConsumer } from './consumer-check.ts'
import { type Channel, type Connection, type Message, replyCode } from './driver.ts'
import { type CopyOrigin, type CopyState, readCopy } from './message-copy.ts'
import { RecentDeliveries, type Settlement } from './recent-deliveries.ts'
import { RecoveringChannel } from './recovering-channel.ts'
import type { Redelivery } from './redelivery.ts'
import { onScratchChannel } from './scratch-channel.ts'
import type { Topology } from './topology.ts'
import type { Waiting } from './waiting.ts'

export interface SubscriberOptions {
  readonly point: Point
  readonly queue: string
  readonly exchange: string
  readonly prefetch: number
  readonly receive: Receive
  readonly member: Member
}

/** The consumer of one queue: keeps its queue, its bindings and itself on the broker, and settles what comes. */
export class Subscriber implements Intake, CheckedConsumer {
  readonly #options: SubscriberOptions
  readonly #topology: Topology
  readonly #waiting: Waiting
  readonly #redelivery: Redelivery
  readonly #logger: Logger
  readonly #origin: CopyOrigin
  readonly #channel: RecoveringChannel
  readonly #recent: RecentDeliveries
  readonly #bindings: Bindings
  #consumer: { readonly tag: string; readonly acknowledger: Acknowledger } | undefined
  #hasConsumed = false
  #isStopped = false
  #arrivedCount = 0
  #inHand = 0
  #whenSettled: (() => void)[] = []

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
    this.#redelivery = redelivery
    this.#logger = options.member.logger
    this.#bindings = new Bindings(options.queue, options.exchange)
    this.#recent = new RecentDeliveries(options.prefetch)
    this.#origin = { queue: options.queue, point: options.point, instance: options.member.instance }
    const use = {
      name: options.queue,
      setUp: (channel: Channel, connection: Connection) => this.#setUp(channel, connection),
      opened: (channel: Channel) => this.#opened(channel),
      lost: () => this.#lost(),
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
    return this.#arrivedCount
  }

  get inHand(): number {
    return this.#inHand
  }

  restore(why: string): void {
    if (!this.#isStopped) this.#channel.replace(why)
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
    await this.#cancel()
  }

  /** Resolves when all in hand is settled, and the broker told. */
  async settled(): Promise<void> {
    if (this.#inHand > 0) await new Promise<void>((resolve) => this.#whenSettled.push(resolve))
    this.#consumer?.acknowledger.flush()
  }

  /** Ends the channel: what is not settled goes back to the queue. */
  async close(deadline: number): Promise<void> {
    this.#consumer?.acknowledger.flush()
    await this.#channel.close(deadline)
  }

  async #setUp(channel: Channel, connection: Connection): Promise<void> {
    const isNew = this.#hasConsumed && !(await exists(this.queue, connection))
    await this.#waiting.prepare(connection)
    await this.#topology.apply(this.#topology.pointPlan(this.point), channel)
    await this.#bindings.applyTo(channel)
    await channel.prefetch(this.#options.prefetch)
    await this.#consume(channel)
    if (isNew) this.#announceLoss()
  }

  /** A channel that opens after `stop` consumes nothing. */
  async #consume(channel: Channel): Promise<void> {
    if (this.#isStopped) return
    const acknowledger = new Acknowledger(channel, this.#options.prefetch)
    const { consumerTag } = await channel.consume(this.queue, (message) => this.#arrived(message, acknowledger))
    this.#consumer = { tag: consumerTag, acknowledger }
    this.#hasConsumed = true
    if (this.#isStopped) await channel.cancel(consumerTag)
  }

  #opened(channel: Channel): void {
    this.#logger.debug({ queue: this.queue }, `Consuming '${this.queue}'`)
    this.#bindings.opened(channel)
  }

  #lost(): void {
    this.#consumer = undefined
    this.#bindings.lost()
  }

  async #cancel(): Promise<void> {
    const { channel } = this.#channel
    if (channel && this.#consumer) await channel.cancel(this.#consumer.tag).catch(() => {})
  }

  /** The queue had gone, and with it what lay in it. For an instance, that is a gap in what it knows. */
  #announceLoss(): void {
    const { member } = this.#options
    const reason = `The queue '${this.queue}' was gone and has been made anew`
    this.#logger.warn({ queue: this.queue }, `${reason}; events may have been missed`)
    if (this.point.kind === 'instance') member.onGap({ instance: member.instance, reason })
  }

  /** amqplib tells of a consumer that the broker has cancelled (queue deleted, node lost) by null. */
  #arrived(message: Message | null, acknowledger: Acknowledger): void {
    if (message === null) this.#channel.replace(`The broker cancelled the consumer of '${this.queue}'`)
    else void this.#settle(message, acknowledger)
  }

  async #settle(message: Message, acknowledger: Acknowledger): Promise<void> {
    this.#arrivedCount++
    this.#inHand++
    try {
      const settlement = await this.#handle(message)
      if (settlement === 'ack') acknowledger.ack(message.fields.deliveryTag)
      else acknowledger.release(message.fields.deliveryTag)
    } finally {
      this.#inHand--
      if (this.#inHand === 0) for (const resolve of this.#whenSettled.splice(0)) resolve()
    }
  }

  #handle(message: Message): Promise<Settlement> {
    let event: BusEvent
    try {
      event = decode(message)
    } catch (error) {
      return this.#undecodable(message, asError(error))
    }
    const copy = readCopy(message)
    // A copy is told from the event that it is of: it was not handled when that one was.
    const id = copy?.id ?? event.id
    return this.#recent.settle(id, message.fields.redelivered, () => this.#dispatch(message, event, copy))
  }

  async #dispatch(message: Message, event: BusEvent, copy: CopyState | undefined): Promise<Settlement> {
    const { redelivered } = message.fields
    const { attempts = 0, handlers } = copy ?? {}
    const delivery = { event, redelivered, receivedAt: new Date(), attempts, ...(handlers && { handlers }) }
    const outcome = await this.#options.receive(delivery)
    if (outcome.kind !== 'forward') return outcome.kind
    return this.#redelivery.forward({ message, event, origin: this.#origin }, outcome.copies)
  }

  async #undecodable(message: Message, cause: Error): Promise<Settlement> {
    this.#logger.error({ queue: this.queue, err: cause }, `${cause.message}; it goes to the dead letters`)
    const copy = { kind: 'deadLetter', reason: 'undecodable', cause, handlers: [], attempts: 0 } as const
    return this.#redelivery.forward({ message, event: undefined, origin: this.#origin }, [copy])
  }
}

/** Whether the queue is on the broker. */
async function exists(queue: string, connection: Connection): Promise<boolean> {
  try {
    await onScratchChannel(connection, (channel) => channel.checkQueue(queue))
    return true
  } catch (error) {
    if (replyCode(error) === 404) return false
    throw error
  }
}
