import type { Handler, Middleware, Publish } from './api.ts'

/** The middleware of one bus: the first one used is the outermost. */
export class Pipeline {
  readonly #publish: Publish
  readonly #handleWrappers: NonNullable<Middleware['handle']>[] = []
  readonly #publishWrappers: NonNullable<Middleware['publish']>[] = []
  /** `publish` with all that wraps it. */
  publish: Publish

  constructor(publish: Publish) {
    this.#publish = publish
    this.publish = publish
  }

  use({ handle, publish }: Middleware): void {
    if (handle) this.#handleWrappers.push(handle)
    if (!publish) return
    this.#publishWrappers.push(publish)
    const wrapped = this.#publishWrappers.reduceRight((next, wrap) => wrap(next), this.#publish)
    // Middleware that throws at once must reject, too.
    this.publish = async (event, options) => wrapped(event, options)
  }

  /** The handler with all that wraps it now. */
  wrap(handler: Handler): Handler {
    return this.#handleWrappers.reduceRight((next, wrap) => wrap(next), handler)
  }
}
