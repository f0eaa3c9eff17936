import type { BusEvent } from '../../core/event.ts'
import type { StoredEvent } from '../../core/event-store.ts'
import type { Row } from './database.ts'

/** Makes stored events of rows. The events of a batch have one time: its text is made once. */
export class StoredEvents {
  #recordedMs = Number.NaN
  #recordedAt = ''

  of([position, recordedMs, redactedMs, json]: Row): StoredEvent {
    const stored = {
      position: position as number,
      recordedAt: this.#timeOf(recordedMs as number),
      event: JSON.parse(json as string) as BusEvent,
    }
    return redactedMs === null ? stored : { ...stored, redactedAt: new Date(redactedMs as number).toISOString() }
  }

  #timeOf(recordedMs: number): string {
    if (recordedMs !== this.#recordedMs) {
      this.#recordedMs = recordedMs
      this.#recordedAt = new Date(recordedMs).toISOString()
    }
    return this.#recordedAt
  }
}
