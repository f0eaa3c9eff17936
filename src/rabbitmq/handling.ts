import { asError } from '../core/errors.ts'
import type { BusEvent } from '../core/event.ts'
import { Limiter } from '../core/limiter.ts'
import type { Logger } from '../core/logger.ts'
import type { Mutable } from '../core/mutable.ts'
import { maxDeliveries } from '../core/quarantine.ts'
import type { Delivery, Member, Point, Receive } from '../core/transport.ts'
import { type BatchPart, idOfBatch, isBatch, unpack } from './batch.ts'
import { decode, homeOf } from './codec.ts'
import type { Consumer, Sight } from './consumer.ts'
import type { Message } from './driver.ts'
import { messageFields, queueFields } from './log-fields.ts'
import { loneEvent } from './lone-event.ts'
import { type CopyOrigin, type CopyState, readCopy } from './message-copy.ts'
import { RecentDeliveries, type Settlement } from './recent-deliveries.ts'
import { isReplay } from './recorded.ts'
import type { Redelivery } from './redelivery.ts'
import { isSuspect, unansweredDeliveries } from './suspicion.ts'

/** What has come to a bus, counted for as long as it lives: queues come and go. */
export interface Traffic {
  /** Events that the broker had handed out before. */
  redeliveries: number
  /** What was no event. */
  undecodable: number
}

export interface HandlingOptions {
  readonly point: Point
  readonly queue: string
  /** How many events are handled at once at the most. */
  readonly prefetch: number
  readonly receive: Receive
  readonly member: Member
  /** One for all queues of a bus. */
  readonly traffic: Traffic
}

interface Arrival {
  readonly event: BusEvent
  /** The event alone. */
  readonly message: Message
  /** What brought it, and says how it came: the same, or a batch. */
  readonly carrier: Message
  readonly copy: CopyState | undefined
}

/** What becomes of the messages of one queue, from decoding them until all that their outcomes ask for is done. */
export class Handling {
  readonly #options: HandlingOptions
  readonly #redelivery: Redelivery
  readonly #logger: Logger
  readonly #origin: CopyOrigin
  readonly #recent: RecentDeliveries
  /** A prefetch counts messages, and a batch is one: its events wait here for their turn, in the order of arrival. */
  readonly #places: Limiter

  constructor(options: HandlingOptions, redelivery: Redelivery) {
    this.#options = options
    this.#redelivery = redelivery
    this.#logger = options.member.logger
    this.#origin = { queue: options.queue, point: options.point, instance: options.member.instance }
    this.#recent = new RecentDeliveries(options.prefetch)
    this.#places = new Limiter(options.prefetch)
  }

  /** Answers what to tell the broker; the consumer learns at once what it has to beware of. */
  handle(message: Message, consumer: Consumer): Promise<Settlement> {
    return isBatch(message) ? this.#handleBatch(message, consumer) : this.#handleOne(message, consumer)
  }

  #handleOne(message: Message, consumer: Consumer): Promise<Settlement> {
    const { redelivered } = message.fields
    let event: BusEvent
    try {
      event = decode(message)
    } catch (error) {
      return this.#unreadable(message, consumer, asError(error))
    }
    if (redelivered) this.#options.traffic.redeliveries++
    const copy = readCopy(message)
    // A copy is told from the event that it is of: it was not handled when that one was.
    const id = copy?.id ?? event.id
    const sight = this.#sightOf(message, id)
    consumer.saw(sight)
    const arrival = { event, message, carrier: message, copy }
    return this.#recent.settle(id, redelivered, () =>
      sight === 'suspect' ? this.#runAlone(arrival) : this.#dispatch(arrival),
    )
  }

  /** Each of its events has its own outcome; the broker is told when all of them are settled. */
  #handleBatch(batch: Message, consumer: Consumer): Promise<Settlement> {
    const { redelivered } = batch.fields
    let parts: readonly BatchPart[]
    try {
      parts = unpack(batch)
    } catch (error) {
      return this.#unreadable(batch, consumer, asError(error))
    }
    if (redelivered) this.#options.traffic.redeliveries += parts.length
    const copy = readCopy(batch)
    const id = copy?.id ?? idOfBatch(batch, parts)
    const sight = this.#sightOf(batch, id)
    consumer.saw(sight)
    return this.#recent.settle(id, redelivered, () => {
      if (sight === 'suspect') this.#warnOfSuspects(batch, parts)
      return this.#settleAll(parts, consumer, ({ event, message, fault }) => {
        if (!event) return this.#undecodable(message, fault)
        if (sight === 'suspect') return this.#sendAlone(message)
        return this.#dispatch({ event, message, carrier: batch, copy })
      })
    })
  }

  /** A batch can be handed back as a whole only. Where some of it is done, what is left goes back by itself. */
  async #settleAll(
    parts: readonly BatchPart[],
    consumer: Consumer,
    settle: (part: BatchPart) => Promise<Settlement>,
  ): Promise<Settlement> {
    const settlements = await Promise.all(parts.map(settle))
    const left = parts.filter((_, index) => settlements[index] === 'release')
    if (left.length === 0 || left.length === parts.length) return left.length === 0 ? 'ack' : 'release'
    // The bus is closing. Sent sooner, they could come here once more.
    await consumer.untilGone()
    const sent = await Promise.all(left.map(({ message }) => this.#sendAlone(message)))
    return sent.includes('release') ? 'release' : 'ack'
  }

  /** What this process knows it has survived is no sign of anything: then only the connection was lost. */
  #sightOf(message: Message, id: string): Sight {
    const sight = isSuspect(message) ? 'suspect' : message.fields.redelivered ? 'again' : 'new'
    return sight !== 'new' && this.#recent.has(id) ? 'new' : sight
  }

  #runAlone(arrival: Arrival): Promise<Settlement> {
    const { event, message } = arrival
    const times = unansweredDeliveries(message)
    this.#logger.warn(
      { ...queueFields(this.#origin), ...messageFields(message, event), deliveries: times },
      `The event '${event.id}' was in hand ${times} times when a process or its connection ended, and may be why: its handlers run alone. After ${maxDeliveries} deliveries it goes to the dead letters`,
    )
    return this.#options.member.quarantine.run(() => this.#dispatch(arrival))
  }

  #warnOfSuspects(batch: Message, parts: readonly BatchPart[]): void {
    const times = unansweredDeliveries(batch)
    this.#logger.warn(
      { ...queueFields(this.#origin), ...messageFields(batch), deliveries: times },
      `A batch of ${parts.length} events was in hand ${times} times when a process or its connection ended, and one of them may be why: each goes back to its queue by itself`,
    )
  }

  #sendAlone(message: Message): Promise<Settlement> {
    const alone = loneEvent(message, this.#options.queue)
    return this.#redelivery.move(async () => alone, { ...queueFields(this.#origin), ...messageFields(message) })
  }

  async #dispatch(arrival: Arrival): Promise<Settlement> {
    const delivery = deliveryOf(arrival)
    const entered = this.#places.enter()
    if (entered !== true) await entered
    try {
      const outcome = await this.#options.receive(delivery)
      if (outcome.kind !== 'forward') return outcome.kind
      const { message, event } = arrival
      return await this.#redelivery.forward({ message, event, origin: this.#origin }, outcome.copies)
    } finally {
      this.#places.leave()
    }
  }

  #unreadable(message: Message, consumer: Consumer, cause: Error): Promise<Settlement> {
    const { redelivered } = message.fields
    if (redelivered) this.#options.traffic.redeliveries++
    consumer.saw(redelivered ? 'again' : 'new')
    return this.#undecodable(message, cause)
  }

  async #undecodable(message: Message, cause: Error): Promise<Settlement> {
    this.#options.traffic.undecodable++
    const fields = { ...queueFields(this.#origin), ...messageFields(message), err: cause }
    this.#logger.error(fields, `${cause.message}; it goes to the dead letters`)
    const copy = { kind: 'deadLetter', reason: 'undecodable', cause, handlers: [], attempts: 0 } as const
    return this.#redelivery.forward({ message, event: undefined, origin: this.#origin }, [copy])
  }
}

function deliveryOf({ event, carrier, copy }: Arrival): Delivery {
  const redelivered = carrier.fields.redelivered || unansweredDeliveries(carrier) > 0
  const delivery: Mutable<Delivery> = { event, redelivered, receivedAt: new Date(), attempts: copy?.attempts ?? 0 }
  const home = homeOf(carrier)
  if (home !== undefined) delivery.home = home
  if (copy?.handlers) delivery.handlers = copy.handlers
  if (copy && isReplay(carrier)) delivery.replay = true
  return delivery
}
