import { type Context, type SpanContext, type TextMapGetter, type TextMapSetter, trace } from '@opentelemetry/api'
import type { ExtensionValue } from '../core/event.ts'
import { isExtensionName } from '../core/stamp.ts'

/** The extension attributes of an event: what carries its trace, as CloudEvents' own extension for it has it. */
export type Carrier = Record<string, ExtensionValue>

/** Names that CloudEvents does not allow cannot travel. */
export const setter: TextMapSetter<Carrier> = {
  set(carrier, name, value) {
    if (isExtensionName(name)) carrier[name] = value
  },
}

export const getter: TextMapGetter<Carrier> = {
  keys: (carrier) => Object.keys(carrier),
  get: (carrier, name) => (name in carrier ? String(carrier[name]) : undefined),
}

/** The span that a context is about, if it is a real one. */
export function spanIn(context: Context): SpanContext | undefined {
  const span = trace.getSpanContext(context)
  return span && trace.isSpanContextValid(span) ? span : undefined
}
