import { propagation, type TextMapPropagator, trace, type Tracer, type TracerProvider } from '@opentelemetry/api'
import { OptionReader } from '../core/option-reader.ts'

export interface TraceEventsOptions {
  /** Where spans go. Default: the global provider, also one that is registered later; without one nothing is recorded. */
  readonly tracerProvider?: TracerProvider | undefined
  /** How the trace travels with an event. Default: the global propagator; that of an SDK is W3C's `traceparent`. */
  readonly propagator?: TextMapPropagator | undefined
  /**
   * What a handler's span is to that of the publish: its `child`, in the same trace; or the root of a trace of its own
   * with a `link` to it, for events that cause much. A replay is always linked. Default `child`.
   */
  readonly relation?: 'child' | 'link' | undefined
}

/** {@link TraceEventsOptions}, checked and complete. */
export interface TracingSettings {
  readonly tracer: Tracer
  readonly propagator: TextMapPropagator
  readonly relation: 'child' | 'link'
}

export function resolveTracing(options: TraceEventsOptions | undefined): TracingSettings {
  const read = new OptionReader('traceEvents', options, ['tracerProvider', 'propagator', 'relation'])
  const provider = read.instance('tracerProvider', 'a TracerProvider of OpenTelemetry', isProvider) ?? trace
  return {
    tracer: provider.getTracer('@appserver/event-bus'),
    propagator: read.instance('propagator', 'a TextMapPropagator of OpenTelemetry', isPropagator) ?? propagation,
    relation: read.oneOf('relation', ['child', 'link'], 'child'),
  }
}

function isProvider(value: unknown): value is TracerProvider {
  return typeof (value as Partial<TracerProvider> | null)?.getTracer === 'function'
}

function isPropagator(value: unknown): value is TextMapPropagator {
  const { inject, extract } = (value ?? {}) as Partial<TextMapPropagator>
  return typeof inject === 'function' && typeof extract === 'function'
}
