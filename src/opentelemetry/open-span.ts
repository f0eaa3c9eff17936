import { type Span, SpanStatusCode } from '@opentelemetry/api'
import { asError, isEventBusError } from '../core/errors.ts'

/** A span until its one end. */
export class OpenSpan {
  readonly span: Span
  #isOver = false

  constructor(span: Span) {
    this.span = span
  }

  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.span.end()
  }

  /** Whether that was its end. */
  fail(thrown: unknown): boolean {
    if (this.#isOver) return false
    const error = asError(thrown)
    this.span.recordException(error)
    this.span.setAttribute('error.type', isEventBusError(error) ? error.code : error.name)
    this.span.setStatus({ code: SpanStatusCode.ERROR, message: error.message })
    this.end()
    return true
  }
}
