import type { EventStore } from './event-store.ts'
import { OptionReader } from './option-reader.ts'

/** Bounds of what waits for the `store` of a bus. */
export interface RecordingOptions {
  /** How many events; beyond it new ones are not recorded, counted and reported. Default 100,000. */
  readonly maxWaitingEvents?: number | undefined
  /** How many bytes of them, about. Default 67,108,864 (64 MiB). */
  readonly maxWaitingBytes?: number | undefined
}

/** The store of a bus, and {@link RecordingOptions}, checked and complete. */
export interface RecordingSettings {
  readonly store: EventStore
  readonly maxWaitingEvents: number
  readonly maxWaitingBytes: number
}

/** `undefined` without a store. */
export function resolveRecording(read: OptionReader): RecordingSettings | undefined {
  const store = read.instance('store', 'an event store, e.g. what memoryStore() returns', isStore)
  if (!store && read.has('recording')) throw read.refuse('recording', `is given without 'store'`, 'the two together')
  if (!store) return undefined
  const bounds = new OptionReader('createEventBus: recording', read.value('recording'), [
    'maxWaitingEvents',
    'maxWaitingBytes',
  ])
  return {
    store,
    maxWaitingEvents: bounds.integer('maxWaitingEvents', { default: 100_000, min: 1, max: 100_000_000 }),
    maxWaitingBytes: bounds.integer('maxWaitingBytes', { default: 67_108_864, min: 1_024, max: 2 ** 40 }),
  }
}

/** Whether it can be recorded to. */
export function isStore(value: unknown): value is EventStore {
  return typeof value === 'object' && value !== null && typeof (value as Partial<EventStore>).append === 'function'
}
