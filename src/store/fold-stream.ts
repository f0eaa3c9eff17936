import type { BusEvent } from '../core/event.ts'
import type { EventStore, StoredEvent } from '../core/event-store.ts'

/** What a stream's events come to. */
export interface Folded<S> {
  readonly state: S
  /** What `append` takes as `expectedVersion`: the position of the last event, 0 where there is none. */
  readonly version: number
}

/** Makes the state after an event out of the one before. An event that was redacted comes without its data. */
export type Reducer<S, E extends BusEvent = BusEvent> = (state: S, event: E, stored: StoredEvent<E>) => S

/**
 * Rebuilds the state of one entity from its events, the oldest first. What it rejects with is the store's error, or the
 * reducer's.
 */
export async function foldStream<S, E extends BusEvent = BusEvent>(
  store: EventStore,
  subject: string,
  reducer: Reducer<S, E>,
  initial: S,
): Promise<Folded<S>> {
  let state = initial
  let version = 0
  for await (const page of store.stream(subject).pages()) {
    for (const stored of page as readonly StoredEvent<E>[]) {
      state = reducer(state, stored.event, stored)
      version = stored.position
    }
  }
  return { state, version }
}
