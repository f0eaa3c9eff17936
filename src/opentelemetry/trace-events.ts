import type { BusControl } from '../core/api.ts'
import { HandlerSpans } from './handler-spans.ts'
import { resolveTracing, type TraceEventsOptions } from './options.ts'
import { PublishSpans } from './publish-spans.ts'

/**
 * Makes spans of OpenTelemetry of what is published and handled from now on: call it once for a bus, before `subscribe`.
 * Each event carries its trace, so that handlers in other processes go on with it. Throws `OPTION_INVALID`.
 */
export function traceEvents(bus: BusControl, options?: TraceEventsOptions): void {
  const settings = resolveTracing(options)
  const publishes = new PublishSpans(bus, settings)
  const handlers = new HandlerSpans(bus, settings)
  bus.use({
    publish: (next) => (event, how) => publishes.around(next, event, how),
    handle: (next) => (event, about) => handlers.around(next, event, about),
  })
}
