import type { EventReading, StoredEvent } from '../core/event-store.ts'

/** A reading of pages that can also be had event by event. */
export function readingOf(pages: () => AsyncGenerator<readonly StoredEvent[]>): EventReading {
  return {
    pages,
    async *[Symbol.asyncIterator]() {
      for await (const page of pages()) yield* page
    },
  }
}
