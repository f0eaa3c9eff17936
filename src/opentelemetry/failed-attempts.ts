import type { SpanContext } from '@opentelemetry/api'
import type { Context } from '../core/api.ts'
import type { BusEvent } from '../core/event.ts'

/** The attempts that failed last, so that the next ones can name them. One that is made elsewhere, or much later, cannot. */
export class FailedAttempts {
  readonly #maxKept: number
  readonly #spans = new Map<string, SpanContext>()

  constructor(maxKept = 1_000) {
    this.#maxKept = maxKept
  }

  /** The failed attempt in front of this one; it is asked for once. */
  take(event: BusEvent, about: Context): SpanContext | undefined {
    if (about.attempt === 1) return undefined
    const key = keyOf(event, about)
    const span = this.#spans.get(key)
    this.#spans.delete(key)
    return span
  }

  keep(event: BusEvent, about: Context, span: SpanContext): void {
    const [oldest] = this.#spans.keys()
    if (oldest !== undefined && this.#spans.size >= this.#maxKept) this.#spans.delete(oldest)
    this.#spans.set(keyOf(event, about), span)
  }
}

function keyOf({ id }: BusEvent, { subscription: { group = '', pattern, name } }: Context): string {
  return [id, group, pattern, name].join('\n')
}
