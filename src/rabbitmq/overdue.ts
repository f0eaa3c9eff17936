import type { EventBusError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { explainReply } from './driver.ts'

/** How long health tells of it. */
const newsMs = 10 * 60 * 1_000
const advice =
  "Other processes may get it meanwhile; this one does not run it twice. Raise 'consumer_timeout' on the broker above what the handlers need, their retries at once included, or hand long work on in shorter steps."

/** What the broker takes back from a consumer because its handlers run for longer than it allows. */
export class Overdue {
  readonly #queue: string
  readonly #logger: Logger
  #last: { readonly at: number; readonly text: string } | undefined

  constructor(queue: string, logger: Logger) {
    this.#queue = queue
    this.#logger = logger
  }

  /** To be told why each channel was lost. */
  lost(reason: Error): void {
    const { code, message }: EventBusError = explainReply(reason, `keep what is in hand of '${this.#queue}'`)
    if (code !== 'CONSUMER_TIMEOUT') return
    this.#last = { at: Date.now(), text: `${code}: ${message}. ${advice}` }
    this.#logger.warn({ queue: this.#queue, code }, `${message}. ${advice}`)
  }

  /** What happened lately, and what to do. */
  get news(): string | undefined {
    return this.#last && Date.now() - this.#last.at < newsMs ? this.#last.text : undefined
  }
}
