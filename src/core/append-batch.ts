import { asError, EventBusError, type EventBusErrorCode } from './errors.ts'
import type { BusEvent } from './event.ts'
import type { EventStore } from './event-store.ts'

/** One event on its way into the store. */
export interface Recordable {
  readonly event: BusEvent
  /** About how large it is as JSON; 0 where nobody knows. */
  readonly bytes: number
}

/** An event that was not recorded, and why. */
export interface Refusal<E> {
  readonly entry: E
  readonly cause: Error
}

/** What became of a batch. What is in none of the lists was not tried, since the store failed before. */
export interface BatchOutcome<E> {
  readonly recorded: readonly E[]
  /** By their own fault. */
  readonly refused: readonly Refusal<E>[]
  /** By their own fault, or the store's: the error does not say. */
  readonly suspects: readonly Refusal<E>[]
  /** The store's fault. */
  readonly failure: Error | undefined
}

type Fault = 'event' | 'store' | 'unknown'

const faults: Partial<Record<EventBusErrorCode, Fault>> = {
  EVENT_INVALID: 'event',
  EVENT_TYPE_INVALID: 'event',
  EVENT_NOT_SERIALIZABLE: 'event',
  EVENT_TOO_LARGE: 'event',
  STORE_UNAVAILABLE: 'store',
  STORE_FULL: 'store',
  STORE_CORRUPT: 'store',
  STORE_FOREIGN: 'store',
  STORE_NEWER: 'store',
  STORE_CLOSED: 'store',
}

/**
 * Appends the events together; where that fails by what may be the fault of one, each alone, so that one that the store
 * will never take holds up nobody else. Never rejects.
 */
export async function appendBatch<E extends Recordable>(
  store: EventStore,
  batch: readonly E[],
): Promise<BatchOutcome<E>> {
  const failure = await append(store, batch)
  if (!failure) return { recorded: batch, refused: [], suspects: [], failure }
  if (faultOf(failure) === 'store') return { recorded: [], refused: [], suspects: [], failure }
  return appendOneByOne(store, batch)
}

async function appendOneByOne<E extends Recordable>(store: EventStore, batch: readonly E[]): Promise<BatchOutcome<E>> {
  const recorded: E[] = []
  const refused: Refusal<E>[] = []
  const suspects: Refusal<E>[] = []
  for (const entry of batch) {
    const cause = await append(store, [entry])
    const fault = cause && faultOf(cause)
    if (fault === 'store') return { recorded, refused, suspects, failure: cause }
    if (!cause) recorded.push(entry)
    else (fault === 'event' ? refused : suspects).push({ entry, cause })
  }
  return { recorded, refused, suspects, failure: undefined }
}

async function append(store: EventStore, batch: readonly Recordable[]): Promise<Error | undefined> {
  try {
    await store.append(batch.map(({ event }) => event))
    return undefined
  } catch (error) {
    return asError(error)
  }
}

function faultOf(error: Error): Fault {
  return (error instanceof EventBusError && faults[error.code]) || 'unknown'
}
