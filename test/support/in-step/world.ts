import type { EventBus } from '../../../src/index.ts'

/** Where instances share a truth and a bus, and what can happen to them. */
export interface World {
  /** A bus of this instance, which is not there at present. */
  join(instance: string): EventBus
  cut(instance: string): void
  heal(instance: string): void
  /** The instance is cut off, or away, for longer than its queue is kept. */
  outlive(instance: string): Promise<void>
  /** Reads the version that is true now, at some moment between call and answer. */
  read(key: string): Promise<number>
  /** Makes another version true; resolves when it is. */
  write(key: string): Promise<void>
  /** Lets some time pass. */
  pause(): Promise<void>
}
