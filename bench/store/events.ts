import type { BusEvent } from '../../src/core/event.ts'
import { newEventId } from '../../src/core/event-id.ts'

const firstTime = Date.parse('2025-01-01T00:00:00Z')
const types = ['app.installed', 'app.uninstalled', 'app.settings.updated', 'user.added', 'user.removed', 'invoice.due']
/** Brings an event to 400 bytes of JSON. */
const note = 'x'.repeat(151)

/** The event with that number of a long history: a second after the one before, about one of 10,000 apps. */
function eventOf(index: number): BusEvent {
  const id = newEventId()
  return {
    id,
    type: types[index % types.length]!,
    source: 'marketplace',
    time: new Date(firstTime + 1_000 * index).toISOString(),
    // A hundred of the first ten thousand are about the app whose page is measured.
    subject: index < 10_000 && index % 100 === 0 ? 'app-measured' : `app-${(index * 7_919) % 10_000}`,
    correlationId: id,
    data: { number: index, note },
  }
}

/** Batches of a hundred events, from that number on. */
export function* batches(events: number, first = 0): Generator<BusEvent[]> {
  for (let index = first; index < first + events; index += 100)
    yield Array.from({ length: 100 }, (_, next) => eventOf(index + next))
}

export function timeOf(index: number): Date {
  return new Date(firstTime + 1_000 * index)
}
