import {
  type Attributes,
  context,
  type Context as TraceContext,
  type Link,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  trace,
} from '@opentelemetry/api'
import type { BusControl, Context, Handler } from '../core/api.ts'
import type { BusEvent } from '../core/event.ts'
import { isThenable } from '../core/settled.ts'
import { busAttributes, destinationOf, handlerAttributes } from './attributes.ts'
import { getter, spanIn } from './carrier.ts'
import { FailedAttempts } from './failed-attempts.ts'
import { OpenSpan } from './open-span.ts'
import type { TracingSettings } from './options.ts'

/** Where the span of one run belongs. */
interface Place {
  readonly parent: TraceContext
  readonly links: Link[]
}

/** A span for each run of a handler, in whose context it runs. */
export class HandlerSpans {
  readonly #bus: BusControl
  readonly #settings: TracingSettings
  readonly #attributes: Attributes
  readonly #failed = new FailedAttempts()

  constructor(bus: BusControl, settings: TracingSettings) {
    this.#bus = bus
    this.#settings = settings
    this.#attributes = busAttributes(bus)
  }

  around(next: Handler, event: BusEvent, about: Context): Promise<void> | void {
    const { parent, links } = this.#placeOf(event, about)
    const attributes = { ...this.#attributes, ...handlerAttributes(this.#bus, event, about) }
    const name = `process ${destinationOf(this.#bus, event.type)}`
    const span = this.#settings.tracer.startSpan(name, { kind: SpanKind.CONSUMER, attributes, links }, parent)
    const open = new OpenSpan(span)
    const failed = (error: unknown): void => {
      if (open.fail(error)) this.#failed.keep(event, about, span.spanContext())
    }
    return context.with(trace.setSpan(parent, span), () => run(() => next(event, about), about, open, failed))
  }

  /** Not by the active context: what a connection delivers in is the context of whoever happened to open it. */
  #placeOf(event: BusEvent, about: Context): Place {
    const carried = this.#settings.propagator.extract(ROOT_CONTEXT, event.extensions ?? {}, getter)
    const origin = spanIn(carried)
    const earlier = this.#failed.take(event, about)
    if (this.#settings.relation === 'child' && !about.replay)
      return { parent: carried, links: linksTo(earlier ?? (about.attempt > 1 ? origin : undefined)) }
    return { parent: isCalled(about) ? context.active() : trace.deleteSpan(carried), links: linksTo(origin, earlier) }
  }
}

/** Whether a `bus.replay` of this process waits for the handler: its caller is what the run is part of. */
function isCalled({ replay, position }: Context): boolean {
  return replay && position !== undefined
}

function linksTo(...spans: readonly (SpanContext | undefined)[]): Link[] {
  return spans.filter((span) => span !== undefined).map((span) => ({ context: span }))
}

function run(
  handle: () => Promise<void> | void,
  about: Context,
  open: OpenSpan,
  failed: (error: unknown) => void,
): Promise<void> | void {
  try {
    const running = handle()
    if (isThenable(running)) return settle(running, about, open, failed)
  } catch (error) {
    failed(error)
    throw error
  }
  open.end()
}

/** A handler that runs for too long has failed for the bus, and may never end: its span ends there. */
async function settle(
  running: PromiseLike<void>,
  { signal }: Context,
  open: OpenSpan,
  failed: (error: unknown) => void,
): Promise<void> {
  const giveUp = (): void => failed(signal.reason)
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    await running
    open.end()
  } catch (error) {
    failed(error)
    throw error
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}
