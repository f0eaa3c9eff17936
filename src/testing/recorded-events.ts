import type { BusEvent } from '../core/event.ts'
import type { EventReading, EventStore, ReadQuery, StoredEvent } from '../core/event-store.ts'

/** A history of these types, at positions 1, 2, ...: as much of a store as a transport's cases need. */
export function recordedEvents(...types: readonly string[]): EventStore {
  const time = new Date().toISOString()
  const stored = types.map((type, index): StoredEvent => {
    const event: BusEvent = { id: `recorded-${index + 1}`, type, source: 'contract', time, data: { index } }
    return { position: index + 1, recordedAt: time, event }
  })
  const find = ({ afterPosition = 0, beforePosition = Infinity, limit = Infinity }: ReadQuery = {}): StoredEvent[] =>
    stored.filter(({ position }) => position > afterPosition && position < beforePosition).slice(0, limit)
  const store: Pick<EventStore, 'append' | 'read' | 'count' | 'lastPosition' | 'checkpoint' | 'close'> = {
    append: async () => [],
    read: (query) => readingOf(find(query)),
    count: async (query) => find(query).length,
    lastPosition: async () => stored.length,
    checkpoint: async () => undefined,
    close: async () => {},
  }
  return store as EventStore
}

/** A store that takes everything, and the ids of what it took. */
export function appendedIds(): { readonly store: EventStore; readonly ids: readonly string[] } {
  const ids: string[] = []
  const append: EventStore['append'] = async (events) => {
    ids.push(...events.map(({ id }) => id))
    return ids.map((_id, index) => ({ position: index + 1, isNew: true }))
  }
  return { store: { ...recordedEvents(), append }, ids }
}

function readingOf(events: readonly StoredEvent[]): EventReading {
  return {
    async *pages() {
      if (events.length > 0) yield structuredClone(events)
    },
    async *[Symbol.asyncIterator]() {
      yield* structuredClone(events)
    },
  }
}
