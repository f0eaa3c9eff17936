import type { Handler, Middleware, Publish } from './api.ts'
import { EventBusError } from './errors.ts'
import { assertFunction } from './options.ts'

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

  /** Throws `OPTION_INVALID`. */
  use(middleware: Middleware): void {
    assertMiddleware(middleware)
    if (middleware.handle) this.#handleWrappers.push(middleware.handle.bind(middleware))
    if (!middleware.publish) return
    this.#publishWrappers.push(middleware.publish.bind(middleware))
    const wrapped = this.#publishWrappers.reduceRight((next, wrap) => wrap(next), this.#publish)
    // Middleware that throws at once must reject, too.
    this.publish = async (event, options) => wrapped(event, options)
  }

  /** The handler with all that wraps it now. */
  wrap(handler: Handler): Handler {
    return this.#handleWrappers.reduceRight((next, wrap) => wrap(next), handler)
  }
}

function assertMiddleware(middleware: Partial<Record<keyof Middleware, unknown>> | undefined): void {
  const { handle, publish } = middleware ?? {}
  if (handle !== undefined) assertFunction(handle, 'use: handle')
  if (publish !== undefined) assertFunction(publish, 'use: publish')
  if (handle === undefined && publish === undefined)
    throw new EventBusError(
      'OPTION_INVALID',
      'use: the middleware has neither handle nor publish; allowed: an object with one of them, or both',
    )
}
