import type { BusEvent } from '../../src/core/event.ts'
import type { EventStore } from '../../src/core/event-store.ts'

/** A database as the store uses it, and as its driver alone does. */
export interface Contender {
  /** The driver's. */
  readonly name: string
  open(): EventStore
  /** Does the same without the store. */
  bare(): Promise<Bare>
  /** Removes everything. */
  remove(): Promise<void> | void
}

export interface Bare {
  append(events: readonly BusEvent[]): Promise<void>
  /** In pages of 1,000; answers how many there were. */
  read(afterPosition: number, events: number): Promise<number>
  close(): Promise<void>
}
