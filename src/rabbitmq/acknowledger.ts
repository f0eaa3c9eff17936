import type { Channel } from './driver.ts'

/** What is settled waits for others at the most so long, and for so many of them: a quorum queue logs each frame. */
const maxWaitMs = 5
const maxHeldMs = 500
const shareOfPrefetch = 1 / 4

/**
 * Settles the deliveries of one channel in as few frames as possible: one acknowledgement for all up to the first one
 * still in hand, and one each for those beyond it, so that a slow handler holds back its own delivery only.
 * Dies with its channel: a delivery tag means nothing on another one, and sending it there would kill that channel.
 */
export class Acknowledger {
  readonly #channel: Channel
  /** Up to here all is settled. RabbitMQ numbers the deliveries of a channel 1, 2, 3, ... */
  #settledUpTo = 0
  /** Settled beyond that, by tag; whether the broker knows. */
  readonly #settledBeyond = new Map<number, { told: boolean }>()
  /** Beyond the gap and not told yet. */
  #untold: number[] = []
  /** So many wait at the most: the broker hands out no more while the prefetch is used up. */
  readonly #batchSize: number
  #timer: NodeJS.Timeout | undefined
  #flushIsDue = false
  #isHeld = false

  constructor(channel: Channel, prefetch: number) {
    this.#channel = channel
    this.#batchSize = Math.max(1, Math.floor(prefetch * shareOfPrefetch))
  }

  ack(tag: number): void {
    this.#settledBeyond.set(tag, { told: false })
    this.#untold.push(tag)
    if (this.#untold.length >= this.#batchSize && !this.#isHeld) this.#flushThisTick()
    else this.#timer ??= setTimeout(() => this.flush(), this.#isHeld ? maxHeldMs : maxWaitMs)
  }

  /** Hands the delivery back. By nack, which RabbitMQ 4.3 does not count against the delivery limit, as it does a reject. */
  release(tag: number): void {
    this.#settledBeyond.set(tag, { told: true })
    this.#send(() => this.#channel.nack(fieldsOf(tag), false, true))
    this.#flushThisTick()
  }

  /**
   * What is settled from now on is told together, as a rule by the last `flush`. RabbitMQ fact: a channel that closes
   * forgets what it has not passed on to its quorum queue, and it passes on about 32 acknowledgements at a time; a cancel
   * comes back when those before it are through.
   */
  hold(): void {
    this.#isHeld = true
  }

  /** Tells the broker now. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#flushIsDue = false
    const highest = this.#closeGap()
    if (highest > 0) this.#send(() => this.#channel.ack(fieldsOf(highest), true))
    for (const tag of this.#untold) this.#ackBeyondGap(tag)
    this.#untold = []
  }

  /**
   * Moves on over all that is settled without a gap. Answers the highest tag of it that the broker was not told of: a
   * multiple acknowledgement must end in a tag that it still waits for, or it answers "unknown delivery tag".
   */
  #closeGap(): number {
    let highestUntold = 0
    for (let next = this.#settledUpTo + 1; ; next++) {
      const settled = this.#settledBeyond.get(next)
      if (!settled) return highestUntold
      if (!settled.told) highestUntold = next
      this.#settledBeyond.delete(next)
      this.#settledUpTo = next
    }
  }

  #ackBeyondGap(tag: number): void {
    const settled = this.#settledBeyond.get(tag)
    if (!settled) return
    settled.told = true
    this.#send(() => this.#channel.ack(fieldsOf(tag), false))
  }

  #flushThisTick(): void {
    if (this.#flushIsDue) return
    this.#flushIsDue = true
    setImmediate(() => this.flush())
  }

  /** On a channel that is gone there is nobody to tell: the broker hands the delivery out again. */
  #send(write: () => void): void {
    try {
      write()
    } catch (error) {
      if ((error as Error).name !== 'IllegalOperationError') throw error
    }
  }
}

/** amqplib wants a whole message and reads this of it. */
function fieldsOf(deliveryTag: number): Parameters<Channel['ack']>[0] {
  return { fields: { deliveryTag } } as Parameters<Channel['ack']>[0]
}
