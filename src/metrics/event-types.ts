import type { EventTypeCounts, Measurements } from '../core/measurements.ts'
import { counter, type Family } from './families.ts'

/** The label value of all types beyond the bound; an event type of that name is counted there, too. */
const other = 'other'

/** What is told apart by event type. Whoever publishes decides on the types, and each is a series in Prometheus: they are bounded. */
export function eventTypeFamilies(maxEventTypes: number): readonly Family[] {
  const family = (name: string, help: string, what: keyof EventTypeCounts): Family =>
    counter(name, help, (measurements) =>
      Array.from(bounded(measurements, what, maxEventTypes), ([event_type, value]) => ({
        value,
        labels: { event_type },
      })),
    )
  return [
    family('published_total', 'Events that were published, confirmed by the transport.', 'published'),
    family('consumed_total', 'Deliveries that a handler has run for, retries included.', 'consumed'),
    family('handler_errors_total', 'Runs of handlers that failed.', 'handlerErrors'),
  ]
}

/** A type that was once told apart always is: a counter must not fall. */
function bounded(
  { eventTypes, otherEventTypes }: Measurements,
  what: keyof EventTypeCounts,
  maxEventTypes: number,
): Map<string, number> {
  const values = new Map<string, number>()
  let [rest, hasRest] = [otherEventTypes[what], Object.values(otherEventTypes).some((count) => count > 0)]
  for (const [type, counts] of eventTypes) {
    if (type !== other && values.size < maxEventTypes) {
      values.set(type, counts[what])
      continue
    }
    rest += counts[what]
    hasRest = true
  }
  return hasRest ? values.set(other, rest) : values
}
