import type { EventStore } from '../core/event-store.ts'
import { OptionReader } from '../core/option-reader.ts'
import { isStore } from '../core/options.ts'

export interface RecordEventsOptions {
  /** Who records together: each event is recorded by one of the group. Default `event-recorder`. */
  readonly group?: string | undefined
  /** Which events. Default `#`, all of them. */
  readonly pattern?: string | undefined
  /**
   * How long an event stays in hand for a store that does not take it, before it goes back to the broker and comes again
   * up to a minute later, behind others. Default 900,000: half of RabbitMQ's consumer timeout. At most 3,600,000.
   */
  readonly holdMs?: number | undefined
}

/** {@link RecordEventsOptions}, checked and complete; group and pattern are checked by `subscribe`. */
export interface RecordEventsSettings {
  readonly group: string
  readonly pattern: string
  readonly holdMs: number
}

export function resolveRecordEvents(store: EventStore, options: RecordEventsOptions | undefined): RecordEventsSettings {
  const read = new OptionReader('recordEvents', options, ['group', 'pattern', 'holdMs'])
  if (!isStore(store)) throw read.refuse('store', 'is no event store', 'e.g. what memoryStore() returns')
  return {
    group: read.string('group') ?? 'event-recorder',
    pattern: read.string('pattern') ?? '#',
    holdMs: read.duration('holdMs', { default: 900_000, min: 1, max: 3_600_000 }),
  }
}
