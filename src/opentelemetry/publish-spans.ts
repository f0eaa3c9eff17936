import { type Attributes, type Context, context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api'
import type { BusControl, Publish, PublishOptions } from '../core/api.ts'
import type { BusEvent, EventInput } from '../core/event.ts'
import { busAttributes, destinationOf, eventAttributes, publishAttributes } from './attributes.ts'
import { type Carrier, getter, setter, spanIn } from './carrier.ts'
import { OpenSpan } from './open-span.ts'
import type { TracingSettings } from './options.ts'

/** A span for each publish, from the call to the confirm. */
export class PublishSpans {
  readonly #bus: BusControl
  readonly #settings: TracingSettings
  readonly #attributes: Attributes

  constructor(bus: BusControl, settings: TracingSettings) {
    this.#bus = bus
    this.#settings = settings
    this.#attributes = busAttributes(bus)
  }

  async around(next: Publish, input: EventInput, options: PublishOptions): Promise<BusEvent> {
    // What is no event at all is the bus's to refuse.
    if (typeof input?.type !== 'string' || !isCarrier(input.extensions)) return next(input, options)
    const { tracer, propagator } = this.#settings
    const carried = spanIn(propagator.extract(ROOT_CONTEXT, input.extensions ?? {}, getter))
    const destination = destinationOf(this.#bus, input.type)
    const span = tracer.startSpan(`send ${destination}`, {
      kind: SpanKind.PRODUCER,
      attributes: { ...this.#attributes, ...publishAttributes(this.#bus, input.type) },
      links: carried ? [{ context: carried }] : [],
    })
    const open = new OpenSpan(span)
    const within = trace.setSpan(context.active(), span)
    try {
      // An event that has a trace already, from where it was first published, keeps it.
      const event = carried ? input : { ...input, extensions: this.#injected(within, input.extensions) }
      const published = await context.with(within, () => next(event, options))
      span.setAttributes(eventAttributes(published))
      return published
    } catch (error) {
      open.fail(error)
      throw error
    } finally {
      open.end()
    }
  }

  #injected(within: Context, extensions: EventInput['extensions']): Carrier | undefined {
    const carrier: Carrier = { ...extensions }
    this.#settings.propagator.inject(within, carrier, setter)
    return Object.keys(carrier).length > 0 ? carrier : undefined
  }
}

function isCarrier(extensions: unknown): boolean {
  return extensions === undefined || (typeof extensions === 'object' && extensions !== null)
}
