import type { EventBusError } from '../core/errors.ts'
import { isEventBusError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { pause } from './backoff.ts'
import { type DeadLetterOrigin, type DeadLetterReason, deadLetterCopy } from './dead-letter.ts'
import type { Message } from './driver.ts'
import type { Publisher } from './publisher.ts'
import type { Settlement } from './recent-deliveries.ts'

/** A dead letter that cannot be stored keeps its original unacknowledged, so the tries have no end. */
const againAfterMs = 2_000

/**
 * Moves deliveries on: a copy is confirmed elsewhere before the original is acknowledged. Copies leave on the publishing
 * connection: a consuming connection that has published once is stopped by the broker's resource alarms.
 */
export class Redelivery {
  readonly #publisher: Publisher
  readonly #deadLetters: string
  /** Makes sure that the dead letters' queue is there. */
  readonly #declareDeadLetters: () => Promise<void>
  readonly #logger: Logger
  readonly #closing: AbortSignal

  constructor(
    publisher: Publisher,
    deadLetters: string,
    declareDeadLetters: () => Promise<void>,
    logger: Logger,
    closing: AbortSignal,
  ) {
    this.#publisher = publisher
    this.#deadLetters = deadLetters
    this.#declareDeadLetters = declareDeadLetters
    this.#logger = logger
    this.#closing = closing
  }

  /** Resolves when the dead letter is stored; `release` when the bus closes before that. */
  async deadLetter(message: Message, why: DeadLetterReason, origin: DeadLetterOrigin): Promise<Settlement> {
    const copy = deadLetterCopy(message, why, origin, this.#deadLetters)
    while (!this.#closing.aborted) {
      try {
        await this.#publisher.send(copy, { signal: this.#closing })
        return 'ack'
      } catch (error) {
        if (!this.#closing.aborted) await this.#mend(error as EventBusError, copy.what)
      }
    }
    return 'release'
  }

  async #mend(err: EventBusError, what: string): Promise<void> {
    this.#logger.error({ err, code: err.code }, `Cannot store ${what}; its original stays in its queue, trying again`)
    // Somebody has deleted the queue.
    if (isEventBusError(err, 'PUBLISH_UNROUTABLE')) await this.#declareDeadLetters().catch(() => {})
    await pause(againAfterMs, this.#closing)
  }
}
