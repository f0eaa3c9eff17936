import { OptionReader } from './option-reader.ts'

/** Bounds of what waits for the `store` of a bus. */
export interface RecordingOptions {
  /** How many events; beyond it new ones are not recorded, counted and reported. Default 100,000. */
  readonly maxWaitingEvents?: number | undefined
  /** How many bytes of them, about. Default 67,108,864 (64 MiB). */
  readonly maxWaitingBytes?: number | undefined
}

/** {@link RecordingOptions}, checked and complete. */
export type RecordingSettings = { readonly [K in keyof RecordingOptions]-?: number }

export function resolveRecordingOptions(options: unknown): RecordingSettings {
  const read = new OptionReader('createEventBus: recording', options, ['maxWaitingEvents', 'maxWaitingBytes'])
  return {
    maxWaitingEvents: read.integer('maxWaitingEvents', { default: 100_000, min: 1, max: 100_000_000 }),
    maxWaitingBytes: read.integer('maxWaitingBytes', { default: 67_108_864, min: 1_024, max: 2 ** 40 }),
  }
}
