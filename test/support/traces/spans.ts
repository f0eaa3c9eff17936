import { context, type Link, type SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'

/** A span as tests look at it, and as processes tell each other of it. */
export interface Span {
  readonly name: string
  readonly kind: SpanKind
  readonly trace: string
  readonly id: string
  /** The id of the parent; `undefined` for a root. */
  readonly parent: string | undefined
  /** The ids of the spans that it links to. */
  readonly links: readonly string[]
  readonly attributes: Readonly<Record<string, unknown>>
  /** What it failed with. */
  readonly error: string | undefined
  readonly exceptions: number
}

/** An SDK that keeps its spans, with the propagation that comes with every SDK. */
export class KeptSpans {
  readonly tracerProvider: BasicTracerProvider
  readonly propagator: W3CTraceContextPropagator = new W3CTraceContextPropagator()
  readonly #exporter = new InMemorySpanExporter()

  constructor() {
    this.tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(this.#exporter)] })
    // One for the process: it is what `await` keeps a context by.
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  }

  /** Those that have ended, in the order of their ends. */
  get all(): Span[] {
    return this.#exporter.getFinishedSpans().map(readSpan)
  }

  /** Those whose names begin so. */
  named(prefix: string): Span[] {
    return this.all.filter(({ name }) => name.startsWith(prefix))
  }

  clear(): void {
    this.#exporter.reset()
  }
}

export function readSpan(span: ReadableSpan): Span {
  const { traceId, spanId } = span.spanContext()
  return {
    name: span.name,
    kind: span.kind,
    trace: traceId,
    id: spanId,
    parent: span.parentSpanContext?.spanId,
    links: span.links.map(({ context: { spanId: linked } }: Link) => linked),
    attributes: span.attributes,
    error: span.status.code === SpanStatusCode.ERROR ? span.status.message : undefined,
    exceptions: span.events.filter(({ name }) => name === 'exception').length,
  }
}
