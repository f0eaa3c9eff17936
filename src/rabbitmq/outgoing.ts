import { EventBusError, type EventBusErrorCode } from '../core/errors.ts'
import type { Encoded } from './codec.ts'

/** One message on its way to the broker. Where it is `mandatory` it must reach a queue: else `PUBLISH_UNROUTABLE`. */
export interface WireMessage extends Encoded {
  readonly exchange: string
  readonly routingKey: string
  /** Whether it may leave as one message with others of its type. */
  readonly joins?: boolean
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

/** What is left of a message that is settled. */
const nothing: WireMessage = { exchange: '', routingKey: '', body: Buffer.alloc(0), properties: {}, what: '' }
const settled: Promise<void> = Promise.resolve()
const ignore = (): void => {}

/** A message that the publisher is responsible for, until it is confirmed or its promise rejects. */
export class Outgoing {
  /** Until it is settled. */
  message: WireMessage
  readonly bytes: number
  /** To be taken before it can be settled. */
  confirmed: Promise<void>
  /** Until when it may wait, by `performance.now()`. */
  readonly deadline: number
  /** Whether it was ever written: then it may have arrived, whatever comes of it. */
  sent = false
  /** The id of the batch that it was last written in. */
  batch: string | undefined
  /** Whether the broker found no queue for it. */
  returned = false
  refusals = 0
  readonly #owner: OutgoingOwner
  readonly #timeoutMs: number | undefined
  #resolve!: () => void
  #reject!: (error: EventBusError) => void
  #isSettled = false
  #retry: NodeJS.Timeout | undefined
  #stopListening: (() => void) | undefined

  constructor(message: WireMessage, limits: SendLimits, owner: OutgoingOwner) {
    this.message = message
    this.bytes = message.body.length
    this.confirmed = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#owner = owner
    this.#timeoutMs = limits.timeoutMs
    this.deadline = limits.timeoutMs === undefined ? Infinity : performance.now() + limits.timeoutMs
    if (limits.signal) this.#follow(limits.signal)
  }

  /** How long it has been waiting; 0 for what has no limit. */
  get waitingMs(): number {
    return this.deadline === Infinity ? 0 : performance.now() - this.deadline + (this.#timeoutMs ?? 0)
  }

  get isSettled(): boolean {
    return this.#isSettled
  }

  /** It was written to the channel, alone or in a batch. */
  written(batch?: string): void {
    this.sent = true
    this.returned = false
    this.batch = batch
  }

  resolve(): void {
    const resolve = this.#resolve
    if (this.#settle()) resolve()
  }

  reject(error: EventBusError): void {
    const reject = this.#reject
    if (this.#settle()) reject(error)
  }

  /** Rejects with `code` if it was never written, else with `PUBLISH_UNCONFIRMED`. */
  giveUp(code: EventBusErrorCode, why: string, cause: unknown = this.#owner.whyWaiting()): void {
    const { what } = this.message
    const reason = cause instanceof EventBusError ? ` (${cause.code}: ${cause.message})` : ''
    if (!this.sent) return this.reject(new EventBusError(code, `${why}: ${what} was not sent${reason}`, { cause }))
    const message = `${why}: ${what} was sent and not confirmed${reason}; it may have arrived. Publish it again under the same id.`
    this.reject(new EventBusError('PUBLISH_UNCONFIRMED', message, { cause }))
  }

  /** Its time is up. */
  expire(): void {
    this.giveUp('PUBLISH_TIMEOUT', `No confirm within ${this.#timeoutMs} ms`)
  }

  /** Calls back after a while, unless it is settled by then. */
  later(ms: number, work: () => void): void {
    this.#retry = setTimeout(work, ms)
  }

  #follow(signal: AbortSignal): void {
    const abort = (): void => this.giveUp('PUBLISH_ABORTED', 'The publish was aborted', signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    this.#stopListening = () => signal.removeEventListener('abort', abort)
  }

  #settle(): boolean {
    if (this.#isSettled) return false
    this.#isSettled = true
    if (this.#retry) clearTimeout(this.#retry)
    this.#stopListening?.()
    this.#owner.settled(this)
    this.#forget()
    return true
  }

  /** It may stay in a line for long, passed over; its body and its event, which the promise of an error holds, must not. */
  #forget(): void {
    this.message = nothing
    this.confirmed = settled
    this.#resolve = ignore
    this.#reject = ignore
    this.#stopListening = undefined
  }
}
