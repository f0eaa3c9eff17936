import type { Member, Point } from '../core/transport.ts'
import type { Connection } from './driver.ts'
import { queueExists } from './scratch-channel.ts'

/**
 * Whether a queue kept what was published while this process was away from it. Looked at before each time that the queue is
 * declared: afterwards nobody can tell a queue that was made anew from one that is empty.
 */
export class QueueGap {
  readonly #queue: string
  readonly #point: Point
  readonly #member: Member
  #hasConsumed = false
  /** The queue was not there. Kept until it is told: between the look and the first delivery a channel can break. */
  #wasGone = false

  constructor(queue: string, point: Point, member: Member) {
    this.#queue = queue
    this.#point = point
    this.#member = member
  }

  /** To be called before the queue is declared. */
  async look(connection: Connection): Promise<void> {
    // Nobody has missed anything before it takes part in a group.
    if (this.#wasGone || (this.#point.kind === 'group' && !this.#hasConsumed)) return
    this.#wasGone = !(await queueExists(this.#queue, connection))
  }

  /** The queue is there, is bound, and is consumed: tells what is behind it. */
  consumed(): void {
    const kind = this.#hasConsumed ? 'loss' : 'start'
    const isGap = this.#wasGone
    this.#hasConsumed = true
    this.#wasGone = false
    if (isGap) this.#tell(kind)
  }

  #tell(kind: 'start' | 'loss'): void {
    const { instance, logger } = this.#member
    const reason =
      kind === 'loss'
        ? `The queue '${this.#queue}' was gone and has been made anew`
        : `The queue '${this.#queue}' was not there and has been made`
    if (kind === 'loss') logger.warn({ queue: this.#queue }, `${reason}; events may have been missed`)
    if (this.#point.kind === 'instance') this.#member.onGap({ instance, kind, reason })
  }
}
