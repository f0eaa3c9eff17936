import type { EventStore } from '../core/event-store.ts'

/** How an event store lets itself be tested: its own test file gives one. */
export interface StoreHarness {
  /** Makes an empty store for one case. Cases run side by side. */
  open(): Promise<StoreSpace>
}

/** One database. */
export interface StoreSpace {
  /** Opens the store that is in it, once more: as another process would. */
  store(): EventStore
  /** Removes the database, after its stores were closed. */
  close(): Promise<void>
}
