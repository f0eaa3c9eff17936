import type { Member, Point } from '../core/transport.ts'
import type { Connection } from './driver.ts'
import { exchangeExists, queueExists } from './scratch-channel.ts'

/**
 * Whether a queue kept what was published while this process was away from it. Looked at before each time that the queue and
 * the exchange are declared: afterwards nobody can tell a queue that was made anew from one that is empty.
 */
export class QueueGap {
  readonly #queue: string
  readonly #exchange: string
  readonly #point: Point
  readonly #member: Member
  #hasConsumed = false
  /** What was not there. Kept until it is told: between the look and the first delivery a channel can break. */
  #missing: string | undefined

  constructor(queue: string, exchange: string, point: Point, member: Member) {
    this.#queue = queue
    this.#exchange = exchange
    this.#point = point
    this.#member = member
  }

  /** To be called before they are declared. */
  async look(connection: Connection): Promise<void> {
    // Nobody has missed anything before it takes part in a group.
    if (this.#missing || (this.#point.kind === 'group' && !this.#hasConsumed)) return
    if (!(await queueExists(this.#queue, connection))) this.#missing = `queue '${this.#queue}'`
    // It takes the bindings with it.
    else if (this.#hasConsumed && !(await exchangeExists(this.#exchange, connection))) this.exchangeLost()
  }

  /** Also to be called where that is found otherwise: until the next look, another channel may make it anew. */
  exchangeLost(): void {
    if (this.#hasConsumed) this.#missing ??= `exchange '${this.#exchange}'`
  }

  /** The queue is there, is bound, and is consumed: tells what is behind it. */
  consumed(): void {
    const kind = this.#hasConsumed ? 'loss' : 'start'
    const missing = this.#missing
    this.#hasConsumed = true
    this.#missing = undefined
    if (missing) this.#tell(kind, missing)
  }

  #tell(kind: 'start' | 'loss', missing: string): void {
    const { instance, logger } = this.#member
    const reason =
      kind === 'loss'
        ? `The ${missing} was gone and has been made anew`
        : `The ${missing} was not there and has been made`
    if (kind === 'loss') logger.warn({ queue: this.#queue }, `${reason}; events may have been missed`)
    if (this.#point.kind === 'instance') this.#member.onGap({ instance, kind, reason })
  }
}
