import type { BusEvent } from '../core/event.ts'
import type { Copy, Delivery, Receive } from '../core/transport.ts'

/** How many deliveries of one queue a consumer has in hand at the most. */
export const prefetch = 100

/** One event in a queue. */
export interface Message {
  /** Frozen all the way down: whoever gets it shares it with all others. */
  readonly event: BusEvent
  readonly redelivered: boolean
  /** On a retry: how often its handlers have run, and which they are. */
  readonly attempts: number
  readonly handlers?: readonly string[]
  readonly firstFailedAt?: string
  /** Whether a replay has sent it. */
  readonly replay?: boolean
  /** The cluster that groups handle it from, where it was published to several. */
  readonly home?: string
}

export interface QueueOptions {
  readonly name: string
  /** Only the consumer that came first gets deliveries; the next one takes over when it leaves. */
  readonly singleActiveConsumer: boolean
  /** A copy of the message is to go elsewhere. */
  readonly onForward: (message: Message, copy: Copy) => void
}

/** A message in its place: what is given back goes ahead of all that came after it. */
interface Queued extends Message {
  readonly place: number
}

/** Hands its messages out in order, to the consumers in turn, and keeps each until its outcome is settled. */
export class MemoryQueue {
  readonly name: string
  readonly #options: QueueOptions
  readonly #messages: Queued[] = []
  #consumers: QueueConsumer[] = []
  #nextPlace = 0
  #deliveryIsDue = false

  constructor(options: QueueOptions) {
    this.name = options.name
    this.#options = options
  }

  /** Messages that wait for a consumer. */
  get size(): number {
    return this.#messages.length
  }

  get consumerCount(): number {
    return this.#consumers.length
  }

  push(message: Message): void {
    this.#messages.push({ ...message, place: this.#nextPlace++ })
    this.#deliverSoon()
  }

  /** Starts to hand messages to `receive`. */
  consume(receive: Receive): QueueConsumer {
    const consumer = new QueueConsumer(receive, this)
    this.#consumers.push(consumer)
    this.#deliverSoon()
    return consumer
  }

  /** Takes a consumer out of the line. */
  leave(consumer: QueueConsumer): void {
    this.#consumers = this.#consumers.filter((other) => other !== consumer)
    this.#deliverSoon()
  }

  /** Puts a message back where it came from. */
  putBack(message: Queued): void {
    const behind = this.#messages.findIndex(({ place }) => place > message.place)
    this.#messages.splice(behind === -1 ? this.#messages.length : behind, 0, { ...message, redelivered: true })
    this.#deliverSoon()
  }

  forward(message: Queued, copies: readonly Copy[]): void {
    for (const copy of copies) this.#options.onForward(message, copy)
  }

  /** A consumer has room again. */
  roomy(): void {
    if (this.#messages.length > 0) this.#deliverSoon()
  }

  /** Never within the caller's tick: publishing does not run handlers. */
  #deliverSoon(): void {
    if (this.#deliveryIsDue) return
    this.#deliveryIsDue = true
    setImmediate(() => {
      this.#deliveryIsDue = false
      this.#deliver()
    })
  }

  #deliver(): void {
    let delivered = 0
    for (const message of this.#messages) {
      const consumer = this.#takeTurn()
      if (!consumer) break
      delivered++
      consumer.take(message)
    }
    // Where thousands wait, a `slice` of those that are left costs more than to deliver these.
    if (delivered > 0) this.#messages.splice(0, delivered)
  }

  /** The consumer whose turn it is; it goes to the end of the line. */
  #takeTurn(): QueueConsumer | undefined {
    if (this.#options.singleActiveConsumer) return this.#consumers[0]?.hasRoom ? this.#consumers[0] : undefined
    const index = this.#consumers.findIndex(({ hasRoom }) => hasRoom)
    const [consumer] = index === -1 ? [] : this.#consumers.splice(index, 1)
    if (consumer) this.#consumers.push(consumer)
    return consumer
  }
}

/** One taker of a queue's messages, and what it has in hand. */
export class QueueConsumer {
  readonly #receive: Receive
  readonly #queue: MemoryQueue
  readonly #inHand = new Set<Queued>()
  #whenSettled: (() => void)[] = []

  constructor(receive: Receive, queue: MemoryQueue) {
    this.#receive = receive
    this.#queue = queue
  }

  get hasRoom(): boolean {
    return this.#inHand.size < prefetch
  }

  get isBusy(): boolean {
    return this.#inHand.size > 0
  }

  take(message: Queued): void {
    this.#inHand.add(message)
    void this.#settle(message)
  }

  /** Takes no more. */
  cancel(): void {
    this.#queue.leave(this)
  }

  /** Resolves when all in hand is settled. */
  async settled(): Promise<void> {
    if (this.#inHand.size > 0) await new Promise<void>((resolve) => this.#whenSettled.push(resolve))
  }

  /** Takes no more and gives back what is in hand, as a broker does when a connection is lost. */
  abandon(): void {
    this.#queue.leave(this)
    for (const message of this.#inHand) this.#queue.putBack(message)
    this.#inHand.clear()
    this.#announceSettled()
  }

  async #settle(message: Queued): Promise<void> {
    const outcome = await this.#receive(toDelivery(message))
    // False when it was given back meanwhile: then another has it, and this outcome comes too late.
    if (!this.#inHand.delete(message)) return
    if (outcome.kind === 'forward') this.#queue.forward(message, outcome.copies)
    if (outcome.kind === 'release') this.#queue.putBack(message)
    if (this.#inHand.size === 0) this.#announceSettled()
    this.#queue.roomy()
  }

  #announceSettled(): void {
    for (const resolve of this.#whenSettled.splice(0)) resolve()
  }
}

function toDelivery({ event, redelivered, attempts, handlers, replay, home }: Message): Delivery {
  const delivery = { event, redelivered, receivedAt: new Date(), attempts }
  return { ...delivery, ...(handlers && { handlers }), ...(replay && { replay }), ...(home && { home }) }
}
