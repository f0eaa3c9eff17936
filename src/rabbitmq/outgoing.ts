import { EventBusError, type EventBusErrorCode } from '../core/errors.ts'
import type { Encoded } from './codec.ts'

/** One message on its way to the broker. */
export interface WireMessage extends Encoded {
  readonly exchange: string
  readonly routingKey: string
  /** Whether it must reach a queue: else `PUBLISH_UNROUTABLE`. */
  readonly mandatory: boolean
  /** For errors: what it is, e.g. `the event 'app.installed'`. */
  readonly what: string
}

export interface SendLimits {
  /** Default: none; it is sent when the broker can take it, or the bus closes. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** The publisher, as its messages see it. */
export interface OutgoingOwner {
  settled(outgoing: Outgoing): void
  /** Why nothing goes out at present, where that is known. */
  whyWaiting(): EventBusError | undefined
}

/** A message that the publisher is responsible for, until it is confirmed or its promise rejects. */
export class Outgoing {
  readonly message: WireMessage
  readonly bytes: number
  readonly confirmed: Promise<void>
  /** Whether it was ever written: then it may have arrived, whatever comes of it. */
  sent = false
  /** Whether the broker found no queue for it. */
  returned = false
  refusals = 0
  readonly #promise = Promise.withResolvers<void>()
  readonly #owner: OutgoingOwner
  #isSettled = false
  #deadline: NodeJS.Timeout | undefined
  #retry: NodeJS.Timeout | undefined
  #stopListening: (() => void) | undefined

  constructor(message: WireMessage, limits: SendLimits, owner: OutgoingOwner) {
    this.message = message
    this.bytes = message.body.length
    this.confirmed = this.#promise.promise
    this.#owner = owner
    this.#limit(limits)
  }

  get isSettled(): boolean {
    return this.#isSettled
  }

  resolve(): void {
    if (this.#settle()) this.#promise.resolve()
  }

  reject(error: EventBusError): void {
    if (this.#settle()) this.#promise.reject(error)
  }

  /** Rejects with `code` if it was never written, else with `PUBLISH_UNCONFIRMED`. */
  giveUp(code: EventBusErrorCode, why: string, cause: unknown = this.#owner.whyWaiting()): void {
    const { what } = this.message
    const reason = cause instanceof EventBusError ? ` (${cause.code}: ${cause.message})` : ''
    if (!this.sent) return this.reject(new EventBusError(code, `${why}: ${what} was not sent${reason}`, { cause }))
    const message = `${why}: ${what} was sent and not confirmed${reason}; it may have arrived. Publish it again under the same id.`
    this.reject(new EventBusError('PUBLISH_UNCONFIRMED', message, { cause }))
  }

  /** Calls back after a while, unless it is settled by then. */
  later(ms: number, work: () => void): void {
    this.#retry = setTimeout(work, ms)
  }

  #limit({ timeoutMs, signal }: SendLimits): void {
    if (timeoutMs !== undefined) {
      this.#deadline = setTimeout(() => this.giveUp('PUBLISH_TIMEOUT', `No confirm within ${timeoutMs} ms`), timeoutMs)
    }
    if (!signal) return
    const abort = (): void => this.giveUp('PUBLISH_ABORTED', 'The publish was aborted', signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    this.#stopListening = () => signal.removeEventListener('abort', abort)
  }

  #settle(): boolean {
    if (this.#isSettled) return false
    this.#isSettled = true
    clearTimeout(this.#deadline)
    clearTimeout(this.#retry)
    this.#stopListening?.()
    this.#owner.settled(this)
    return true
  }
}
