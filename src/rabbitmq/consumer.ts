import { settledBy } from '../core/settled.ts'
import { Acknowledger } from './acknowledger.ts'
import type { Channel, Message } from './driver.ts'

/**
 * What a delivery says of those behind it; a queue hands out first what it has handed out before. `new`: nothing more of
 * that kind. `again`: it was in hand when a process or a connection ended. `suspect`: that happened again and again.
 */
export type Sight = 'new' | 'again' | 'suspect'

/** How long the broker may take to end a consumer. */
const goneTimeoutMs = 5_000

/** What it consumes, and how much of it is in hand at the most. */
export interface ConsumerOptions {
  readonly queue: string
  readonly queueType: 'quorum' | 'classic'
  readonly prefetch: number
}

/**
 * The consumer of one channel. It takes one delivery at a time until it has seen that the first is no suspect, and from
 * each suspect on until all that was handed out before is worked off: what ends the process then takes nothing else with it.
 *
 * Not on classic queues, which count no deliveries and so know no suspects. RabbitMQ 3.10 fact: one with a single active
 * consumer hands out nothing to the next when that is cancelled, and crashes when another event comes.
 */
export class Consumer {
  readonly acknowledger: Acknowledger
  readonly #channel: Channel
  readonly #options: ConsumerOptions
  readonly #onMessage: (message: Message | null) => void
  #taken = 0
  #count = 0
  #isWary = false
  #changing: Promise<void> | undefined
  #gone: Promise<void> | undefined

  constructor(
    channel: Channel,
    options: ConsumerOptions,
    arrived: (message: Message | null, consumer: Consumer) => void,
  ) {
    this.acknowledger = new Acknowledger(channel, options.prefetch)
    this.#channel = channel
    this.#options = options
    this.#onMessage = (message) => arrived(message, this)
  }

  /** Resolves when the broker has answered. */
  async start(): Promise<void> {
    await this.#take(this.#knowsSuspects ? 1 : this.#options.prefetch)
  }

  /** To be told of each delivery when it arrives. */
  saw(sight: Sight): void {
    if (!this.#knowsSuspects) return
    if (sight === 'suspect') this.#isWary = true
    if (sight === 'new') this.#isWary = false
    const prefetch = this.#isWary ? 1 : this.#options.prefetch
    if (prefetch !== this.#taken && !this.#gone) this.#changing = this.#change(prefetch)
  }

  /**
   * While there is one, nothing may be acknowledged: RabbitMQ would send the next delivery to the consumer that is about
   * to go, take it back from there, and hand it out later than those that come after it.
   */
  get changing(): Promise<void> | undefined {
    return this.#changing
  }

  /**
   * Once it is told to take no more: waits until the broker has answered, or is gone, or has had its time. What is handed
   * back sooner would come right back, again and again, and behind what it was ahead of.
   */
  async untilGone(): Promise<void> {
    if (this.#gone) await settledBy(this.#gone, Date.now() + goneTimeoutMs)
  }

  /** Takes no more. Deliveries in hand can still be settled. */
  cancel(): Promise<void> {
    // What ends the channel meanwhile says so itself.
    this.#gone ??= this.#cancel().catch(() => {})
    return this.#gone
  }

  async #cancel(): Promise<void> {
    await this.#changing
    this.acknowledger.flush()
    this.acknowledger.hold()
    if (this.#count > 0) await this.#channel.cancel(this.#tag)
  }

  get #knowsSuspects(): boolean {
    return this.#options.queueType === 'quorum'
  }

  get #tag(): string {
    return `deliveries-${this.#count}`
  }

  /** A prefetch holds for consumers made after it. The new one is there before the old one goes: it is never deaf. */
  async #change(prefetch: number): Promise<void> {
    this.acknowledger.flush()
    const previous = this.#tag
    const [taken, cancelled] = [this.#take(prefetch), this.#channel.cancel(previous)]
    const own = this.#tag
    // What ends the channel meanwhile says so itself.
    await Promise.allSettled([taken, cancelled])
    if (this.#tag === own) this.#changing = undefined
  }

  async #take(prefetch: number): Promise<void> {
    this.#taken = prefetch
    this.#count++
    const consumerTag = this.#tag
    // Asked for together: the channel keeps their order.
    await Promise.all([
      this.#channel.prefetch(prefetch),
      this.#channel.consume(this.#options.queue, this.#onMessage, { consumerTag }),
    ])
  }
}
