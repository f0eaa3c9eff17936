import type { BusStatus } from '../core/api.ts'
import { EventBusError } from '../core/errors.ts'
import type { BusEvent } from '../core/event.ts'
import type { HealthCheck } from '../core/health.ts'
import type { SessionLoad } from '../core/load.ts'
import { neverUnhandled, settledBy } from '../core/settled.ts'
import type {
  ForwardRequest,
  Intake,
  Member,
  Point,
  PublishRequest,
  PublishSettings,
  Receive,
  ReplayRequest,
  TransportSession,
} from '../core/transport.ts'
import { type Encoded, encodeBinary, encodeStructured } from './codec.ts'
import { ConnectionManager, type ConnectionState } from './connection-manager.ts'
import { ConsumerCheck } from './consumer-check.ts'
import { RabbitmqDeadLetters } from './dead-letters.ts'
import type { Channel } from './driver.ts'
import type { Traffic } from './handling.ts'
import { checkHealth } from './health.ts'
import { Names } from './names.ts'
import type { RabbitmqSettings } from './options.ts'
import { Publisher } from './publisher.ts'
import { asDelivered, replayMessage } from './recorded.ts'
import type { ChannelState } from './recovering-channel.ts'
import { Redelivery } from './redelivery.ts'
import { onScratchChannel } from './scratch-channel.ts'
import { Scheduler } from './scheduler.ts'
import { Subscriber } from './subscriber.ts'
import { Topology } from './topology.ts'
import { Waiting } from './waiting.ts'

/** How what the bus itself sends on is encoded: it waits for as long as it takes. */
const recorded: PublishSettings = { timeoutMs: Infinity, afterMs: 0, requireRoute: true, signal: undefined }

/** One bus on RabbitMQ: two connections, one publisher, and a subscriber for each queue. */
export class RabbitmqSession implements TransportSession {
  readonly ready: Promise<void>
  readonly deadLetters: RabbitmqDeadLetters
  readonly #settings: RabbitmqSettings
  readonly #member: Member
  readonly #names: Names
  readonly #topology: Topology
  readonly #encode: (request: PublishRequest, isPersistent: boolean) => Encoded
  readonly #publishing: ConnectionManager
  readonly #consuming: ConnectionManager
  readonly #publisher: Publisher
  readonly #waiting: Waiting
  readonly #redelivery: Redelivery
  readonly #traffic: Traffic = { redeliveries: 0, undecodable: 0 }
  readonly #subscribers = new Set<Subscriber>()
  #scheduler: Scheduler | undefined
  readonly #closing = new AbortController()
  readonly #ready = Promise.withResolvers<void>()
  #status: BusStatus = 'connecting'

  constructor(settings: RabbitmqSettings, member: Member) {
    const { instance, logger } = member
    this.#settings = settings
    this.#member = member
    this.#names = new Names(settings.exchange)
    this.#topology = new Topology(settings, this.#names, member)
    this.#encode = settings.format === 'binary' ? encodeBinary : encodeStructured
    this.ready = neverUnhandled(this.#ready.promise)
    const changed = (): void => this.#changed()
    const connectionChanged = (manager: ConnectionManager): void => this.#connectionChanged(manager)
    this.#publishing = new ConnectionManager('publish', settings, instance, logger, connectionChanged)
    this.#consuming = new ConnectionManager('consume', settings, instance, logger, connectionChanged)
    this.#waiting = new Waiting(this.#consuming, this.#topology)
    const setUp = (channel: Channel): Promise<void> =>
      this.#topology.apply([this.#topology.exchange, ...this.#waiting.plan], channel)
    this.#publisher = new Publisher(this.#publishing, settings, setUp, logger, changed)
    this.deadLetters = new RabbitmqDeadLetters(this.#consuming, this.#publisher, this.#names)
    const { deadLetters } = this.#names
    this.#redelivery = new Redelivery(this.#publisher, this.#waiting, deadLetters, logger, this.#closing.signal)
    const { consumerCheckMs } = settings
    const check = new ConsumerCheck(this.#consuming, settings.exchange, () => this.#consumers, consumerCheckMs, logger)
    void check.run(this.#closing.signal)
  }

  get status(): BusStatus {
    return this.#status
  }

  publish(request: PublishRequest): Promise<void> {
    const { event, options } = request
    const fault = this.#fault()
    if (fault) return Promise.reject(notSent(event, fault))
    if (options.afterMs > 0) return this.#schedule(request)
    return this.#send(request, this.#names.exchange, event.type, true)
  }

  replay(request: ReplayRequest): Promise<void> {
    const fault = this.#fault()
    if (fault) return Promise.reject(notSent(request.event, fault))
    const { exchange } = this.#names
    const queue = this.#names.queueOf(request.point, this.#member.instance)
    const message = replayMessage(request, this.#encodeRecorded(request), queue, exchange)
    return this.#publisher.send(message, { signal: request.signal })
  }

  forward(request: ForwardRequest): Promise<'ack' | 'release'> {
    const { event, point, copies } = request
    const { instance } = this.#member
    const message = asDelivered(this.#encodeRecorded(request), this.#names.exchange, event.type)
    const origin = { queue: this.#names.queueOf(point, instance), point, instance }
    return this.#redelivery.forward({ message, event, origin }, copies)
  }

  consume(point: Point, receive: Receive): Intake {
    this.#startScheduler()
    const queue = this.#names.queueOf(point, this.#member.instance)
    const options = {
      point,
      queue,
      queueType: this.#settings.queueType,
      exchange: this.#names.exchange,
      prefetch: this.#settings.prefetch,
      receive,
      member: this.#member,
      traffic: this.#traffic,
    }
    const subscriber = new Subscriber(options, this.#consuming, this.#topology, this.#waiting, this.#redelivery)
    this.#subscribers.add(subscriber)
    const consuming = this.#consuming
    return {
      queue,
      get status() {
        return consuming.state.name === 'refused' ? 'failed' : subscriber.status
      },
      bind: (pattern) => {
        const bound = subscriber.bind(pattern)
        if (consuming.state.name === 'refused') subscriber.refused(consuming.state.cause)
        return bound
      },
      unbind: (pattern) => subscriber.unbind(pattern),
      stop: async () => {
        await subscriber.stop()
        void this.#retire(subscriber)
      },
    }
  }

  load(): SessionLoad {
    const connections = { publish: this.#publishing.load, consume: this.#consuming.load }
    return { buffered: this.#publisher.pending, connections, ...this.#traffic }
  }

  check(timeoutMs: number): Promise<Record<string, HealthCheck>> {
    const subscribers = [...this.#subscribers]
    const parts = {
      publishing: this.#publishing,
      consuming: this.#consuming,
      publisher: this.#publisher,
      subscribers,
      exchange: this.#names.exchange,
      thresholds: this.#member.health,
    }
    return checkHealth(parts, timeoutMs)
  }

  async #schedule(request: PublishRequest): Promise<void> {
    this.#startScheduler()
    const { exchange, routingKey } = await this.#waiting.route(request.options.afterMs / 1_000, this.#names.scheduled)
    await this.#send(request, exchange, routingKey, false)
  }

  /** `joins`: it may leave as one message with others of its type, where that is wanted. */
  #send(request: PublishRequest, exchange: string, routingKey: string, joins: boolean): Promise<void> {
    const { event, dataJson, options } = request
    const what = `the event '${event.type}'`
    const fault = this.#publisher.roomFault(what, dataJson?.length ?? 0)
    if (fault) return Promise.reject(fault)
    const { body, properties } = this.#encode(request, this.#settings.durable)
    return this.#publisher.publish({ exchange, routingKey, body, properties, joins, what }, options)
  }

  #encodeRecorded({ event, dataJson }: ForwardRequest | ReplayRequest): Encoded {
    return this.#encode({ event, dataJson, options: recorded }, true)
  }

  /** Whoever consumes, or schedules, publishes what falls due. */
  #startScheduler(): void {
    this.#scheduler ??= new Scheduler(
      this.#consuming,
      this.#names,
      this.#topology,
      this.#waiting,
      this.#redelivery,
      this.#member,
    )
  }

  async pause(): Promise<void> {
    const subscribers = [...this.#subscribers]
    await Promise.all(subscribers.map((subscriber) => subscriber.stop()))
    await Promise.all(subscribers.map((subscriber) => subscriber.settled()))
  }

  async close(deadline: number): Promise<{ unconfirmedEvents: number }> {
    this.deadLetters.close()
    const unconfirmedEvents = await this.#publisher.close(deadline)
    this.#closing.abort()
    this.#ready.reject(new EventBusError('BUS_CLOSED', 'The bus was closed before it was connected'))
    // However late it is, a goodbye is tried: without it the broker waits for the heartbeat to miss.
    const goodbye = Math.max(deadline, Date.now() + 250)
    await Promise.all(this.#consumers.map((consumer) => consumer.close(goodbye)))
    if (this.#member.instanceIsGenerated) await settledBy(this.#deleteInstanceQueue(), goodbye)
    await Promise.all([this.#publishing.close(goodbye), this.#consuming.close(goodbye)])
    return { unconfirmedEvents }
  }

  get #consumers(): (Subscriber | Scheduler)[] {
    return [...this.#subscribers, ...(this.#scheduler ? [this.#scheduler] : [])]
  }

  /** What it has in hand is settled on its channel; then that is closed. */
  async #retire(subscriber: Subscriber): Promise<void> {
    await subscriber.settled()
    this.#subscribers.delete(subscriber)
    await subscriber.close(Date.now() + 5_000)
  }

  /** A generated name never comes back, and neither does its queue have a use. */
  async #deleteInstanceQueue(): Promise<void> {
    const own = [...this.#subscribers].find(({ point }) => point.kind === 'instance')
    const { state } = this.#consuming
    if (!own || state.name !== 'open' || this.#settings.topology === 'check') return
    await onScratchChannel(state.connection, (channel) => channel.deleteQueue(own.queue))
  }

  #connectionChanged({ state }: ConnectionManager): void {
    // What one of the two has seen holds for the other one.
    if (state.name === 'open') for (const manager of [this.#publishing, this.#consuming]) manager.hurry()
    if (state.name === 'refused') for (const subscriber of this.#subscribers) subscriber.refused(state.cause)
    this.#changed()
  }

  #changed(): void {
    const status = this.#deriveStatus()
    this.#settleReady(status)
    if (status === this.#status) return
    this.#status = status
    this.#member.onStatus(status)
  }

  #settleReady(status: BusStatus): void {
    if (status === 'open' && this.#publisher.state.name === 'open') this.#ready.resolve()
    const fault = this.#fault()
    if (fault) this.#ready.reject(fault)
  }

  /** What keeps events from going out and will not pass by itself. */
  #fault(): EventBusError | undefined {
    return faultIn(this.#publishing.state) ?? faultIn(this.#consuming.state) ?? faultIn(this.#publisher.state)
  }

  /** The worse of the two connections. */
  #deriveStatus(): BusStatus {
    const names = [this.#publishing.state.name, this.#consuming.state.name]
    const order: BusStatus[] = ['closed', 'refused', 'connecting', 'blocked']
    return order.find((name) => names.includes(name as (typeof names)[number])) ?? 'open'
  }
}

function faultIn(state: ConnectionState | ChannelState): EventBusError | undefined {
  return state.name === 'refused' || state.name === 'failed' ? state.cause : undefined
}

function notSent({ type }: BusEvent, cause: EventBusError): EventBusError {
  return new EventBusError(cause.code, `the event '${type}' was not sent: ${cause.message}`, { cause })
}
