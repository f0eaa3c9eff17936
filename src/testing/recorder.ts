import type { Context, Handler, Subscription } from '../core/api.ts'
import type { BusEvent } from '../core/event.ts'

/** The subject of events that only show that what was published before them has arrived. */
export const sentinelSubject = 'sentinel'

/** What a handler does that cannot. */
export function fail(): never {
  throw new Error('refused on purpose')
}

/** A handler that keeps what it gets, apart from sentinels, and then does what the case wants of it. */
export class Recorder {
  readonly events: BusEvent[] = []
  readonly contexts: Context[] = []
  /** Ids of the sentinels that came. */
  readonly sentinels: Set<string> = new Set()
  /** The most that were handled at the same time. */
  mostAtOnce = 0
  readonly #handle: Handler
  #running = 0
  #subscription: Subscription | undefined

  constructor(handle: Handler) {
    this.#handle = handle
  }

  get ids(): string[] {
    return this.events.map(({ id }) => id)
  }

  get types(): string[] {
    return this.events.map(({ type }) => type)
  }

  /** The numbers of the attempts, in the order in which they were made. */
  get attempts(): number[] {
    return this.contexts.map(({ attempt }) => attempt)
  }

  get subscription(): Subscription {
    if (!this.#subscription) throw new Error('the recorder is not subscribed')
    return this.#subscription
  }

  subscribed(subscription: Subscription): this {
    this.#subscription = subscription
    return this
  }

  readonly record: Handler = async (event, context) => {
    if (event.subject === sentinelSubject) {
      this.sentinels.add(event.id)
      return
    }
    this.events.push(event)
    this.contexts.push(context)
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#running)
    try {
      await this.#handle(event, context)
    } finally {
      this.#running--
    }
  }
}
