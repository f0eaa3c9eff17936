import { asError, type EventBusError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { BusEvent } from '../core/event.ts'
import { InHand } from '../core/in-hand.ts'
import { maxDeliveries } from '../core/quarantine.ts'
import type { Intake, Member, Point, Receive } from '../core/transport.ts'
import { Bindings } from './bindings.ts'
import { decode, homeOf } from './codec.ts'
import type { ConnectionManager } from './connection-manager.ts'
import type { CheckedConsumer } from './consumer-check.ts'
import { Consumer, type Sight } from './consumer.ts'
import type { Channel, Connection, Message } from './driver.ts'
import { messageFields, queueFields } from './log-fields.ts'
import { type CopyOrigin, type CopyState, readCopy } from './message-copy.ts'
import { Overdue } from './overdue.ts'
import { QueueGap } from './queue-gap.ts'
import { RecentDeliveries, type Settlement } from './recent-deliveries.ts'
import { isReplay } from './recorded.ts'
import { RecoveringChannel } from './recovering-channel.ts'
import type { Redelivery } from './redelivery.ts'
import { isSuspect, unansweredDeliveries } from './suspicion.ts'
import type { Topology } from './topology.ts'
import type { Waiting } from './waiting.ts'

/** What has come to a bus, counted for as long as it lives: subscribers come and go. */
export interface Traffic {
  /** Deliveries that the broker had handed out before. */
  redeliveries: number
  /** Messages that were no events. */
  undecodable: number
}

export interface SubscriberOptions {
  readonly point: Point
  readonly queue: string
  readonly exchange: string
  readonly prefetch: number
  readonly receive: Receive
  readonly member: Member
  /** One for all subscribers of a bus. */
  readonly traffic: Traffic
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
    this.#redelivery = redelivery
    this.#logger = options.member.logger
    this.#bindings = new Bindings(options.queue, options.exchange)
    this.#recent = new RecentDeliveries(options.prefetch)
    this.#overdue = new Overdue(options.queue, this.#logger)
    this.#gap = new QueueGap(options.queue, options.point, options.member)
    this.#origin = { queue: options.queue, point: options.point, instance: options.member.instance }
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

  restore(why: string): void {
    if (!this.#isStopped) this.#channel.replace(why)
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
    await this.#cancel()
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
    const { queue, prefetch } = this.#options
    this.#consumer = new Consumer(channel, queue, prefetch, (...arrival) => this.#arrived(...arrival))
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

  async #cancel(): Promise<void> {
    await this.#consumer?.cancel().catch(() => {})
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
      const settlement = await this.#handle(message, consumer)
      if (consumer.changing) await consumer.changing
      if (settlement === 'ack') acknowledger.ack(message.fields.deliveryTag)
      else acknowledger.release(message.fields.deliveryTag)
    } finally {
      this.#deliveries.end()
    }
  }

  #handle(message: Message, consumer: Consumer): Promise<Settlement> {
    const { redelivered } = message.fields
    if (redelivered) this.#options.traffic.redeliveries++
    let event: BusEvent
    try {
      event = decode(message)
    } catch (error) {
      consumer.saw(redelivered ? 'again' : 'new')
      return this.#undecodable(message, asError(error))
    }
    const copy = readCopy(message)
    // A copy is told from the event that it is of: it was not handled when that one was.
    const id = copy?.id ?? event.id
    const sight = this.#sightOf(message, id)
    consumer.saw(sight)
    return this.#recent.settle(id, redelivered, () => {
      if (sight === 'suspect') return this.#runAlone(message, event, copy)
      return this.#dispatch(message, event, copy)
    })
  }

  /** What this process knows it has survived: then only the connection was lost. */
  #sightOf(message: Message, id: string): Sight {
    if (!message.fields.redelivered || this.#recent.has(id)) return 'new'
    return isSuspect(message) ? 'suspect' : 'again'
  }

  #runAlone(message: Message, event: BusEvent, copy: CopyState | undefined): Promise<Settlement> {
    const { id } = event
    const times = unansweredDeliveries(message)
    this.#logger.warn(
      { ...queueFields(this.#origin), ...messageFields(message, event), deliveries: times },
      `The event '${id}' was in hand ${times} times when a process or its connection ended, and may be why: its handlers run alone. After ${maxDeliveries} deliveries it goes to the dead letters`,
    )
    return this.#options.member.quarantine.run(() => this.#dispatch(message, event, copy))
  }

  async #dispatch(message: Message, event: BusEvent, copy: CopyState | undefined): Promise<Settlement> {
    const { redelivered } = message.fields
    const { attempts = 0, handlers } = copy ?? {}
    const home = homeOf(message)
    const from = { ...(handlers && { handlers }), ...(home !== undefined && { home }) }
    const delivery = { event, redelivered, receivedAt: new Date(), attempts, ...from }
    const outcome = await this.#options.receive(copy && isReplay(message) ? { ...delivery, replay: true } : delivery)
    if (outcome.kind !== 'forward') return outcome.kind
    return this.#redelivery.forward({ message, event, origin: this.#origin }, outcome.copies)
  }

  async #undecodable(message: Message, cause: Error): Promise<Settlement> {
    this.#options.traffic.undecodable++
    const fields = { ...queueFields(this.#origin), ...messageFields(message), err: cause }
    this.#logger.error(fields, `${cause.message}; it goes to the dead letters`)
    const copy = { kind: 'deadLetter', reason: 'undecodable', cause, handlers: [], attempts: 0 } as const
    return this.#redelivery.forward({ message, event: undefined, origin: this.#origin }, [copy])
  }
}
