import { type EventBusError, isEventBusError } from '../core/errors.ts'
import type { BusEvent } from '../core/event.ts'
import { newEventId } from '../core/event-id.ts'
import type { Logger } from '../core/logger.ts'
import type { Copy } from '../core/transport.ts'
import { pause } from '../core/backoff.ts'
import type { Message } from './driver.ts'
import { messageFields, queueFields } from './log-fields.ts'
import { type CopyOrigin, copyProperties, headerSets } from './message-copy.ts'
import type { WireMessage } from './outgoing.ts'
import type { Publisher } from './publisher.ts'
import type { Settlement } from './recent-deliveries.ts'
import type { Waiting } from './waiting.ts'

/** A copy that cannot be stored keeps its original unacknowledged, so the tries have no end. */
const againAfterMs = 2_000

/** A delivery, decoded where that was possible, and where it was. */
export interface Forwarded {
  readonly message: Message
  readonly event: BusEvent | undefined
  readonly origin: CopyOrigin
}

/**
 * Moves deliveries on: a copy is confirmed elsewhere before the original is acknowledged. Copies leave on the publishing
 * connection: a consuming connection that has published once is stopped by the broker's resource alarms.
 */
export class Redelivery {
  readonly #publisher: Publisher
  readonly #waiting: Waiting
  readonly #deadLetters: string
  readonly #logger: Logger
  readonly #closing: AbortSignal

  constructor(publisher: Publisher, waiting: Waiting, deadLetters: string, logger: Logger, closing: AbortSignal) {
    this.#publisher = publisher
    this.#waiting = waiting
    this.#deadLetters = deadLetters
    this.#logger = logger
    this.#closing = closing
  }

  /** Resolves when all copies are stored; `release` when the bus closes before that. */
  async forward(delivery: Forwarded, copies: readonly Copy[]): Promise<Settlement> {
    const settlements = await Promise.all(copies.map((copy) => this.#store(delivery, copy)))
    return settlements.includes('release') ? 'release' : 'ack'
  }

  /**
   * Sends a message until it is confirmed; `release` when the bus closes before that. The message is made anew for each
   * try; `mended` says whether the next one can be made at once, since it will be another. `about` is for the log.
   */
  async move(
    makeMessage: () => Promise<WireMessage>,
    about: object,
    mended: (error: unknown) => boolean = () => false,
  ): Promise<Settlement> {
    while (!this.#closing.aborted) {
      try {
        await this.#publisher.send(await makeMessage(), { signal: this.#closing })
        return 'ack'
      } catch (error) {
        if (!this.#closing.aborted && !mended(error)) await this.#mend(error as EventBusError, about)
      }
    }
    return 'release'
  }

  #store({ message, event, origin }: Forwarded, copy: Copy): Promise<Settlement> {
    const about = { ...queueFields(origin), ...messageFields(message, event) }
    const what = `${describe(copy)} of '${event?.id ?? String(message.properties.messageId)}' from '${origin.queue}'`
    const sets = [...headerSets]
    // Sent again after a refusal it is the same copy: some of its queues may have taken it.
    const id = newEventId()
    return this.move(
      async () => {
        const properties = copyProperties(message, event, { id, copy, origin }, sets[0])
        return { ...(await this.#routeOf(copy, origin)), body: message.content, properties, what }
      },
      about,
      // Better without some headers than not at all.
      (error) => isEventBusError(error, 'EVENT_TOO_LARGE') && sets.length > 1 && sets.shift() !== undefined,
    )
  }

  /** A queue by its name, or the ladder. */
  async #routeOf(copy: Copy, { queue }: CopyOrigin): Promise<Pick<WireMessage, 'exchange' | 'routingKey'>> {
    if (copy.kind === 'deadLetter') return { exchange: '', routingKey: this.#deadLetters }
    const seconds = copy.afterMs / 1_000
    return seconds === 0 ? { exchange: '', routingKey: queue } : this.#waiting.route(seconds, queue)
  }

  async #mend(err: EventBusError, about: object): Promise<void> {
    this.#logger.error(
      { ...about, code: err.code, err },
      `${err.message}; its original stays in its queue, trying again`,
    )
    // Somebody has deleted a queue.
    if (isEventBusError(err, 'PUBLISH_UNROUTABLE')) await this.#waiting.restore().catch(() => {})
    await pause(againAfterMs, this.#closing)
  }
}

function describe(copy: Copy): string {
  return copy.kind === 'retry' ? `the retry (in ${copy.afterMs / 1_000} s)` : 'the dead letter'
}
