import type { BusEvent } from '../../core/event.ts'
import type { StoredEvent } from '../../core/event-store.ts'
import type { Row } from './database.ts'

/** Makes stored events of rows. The events of a batch have one time: its text is made once. */
export class StoredEvents {
  #recordedMs: string | null = null
  #recordedAt = ''

  of([position, recordedMs, redactedMs, json]: Row): StoredEvent {
    const stored = {
      position: Number(position),
      recordedAt: this.#timeOf(recordedMs ?? ''),
      event: JSON.parse(json ?? '') as BusEvent,
    }
    return redactedMs === null ? stored : { ...stored, redactedAt: timeText(redactedMs ?? '') }
  }

  #timeOf(recordedMs: string): string {
    if (recordedMs !== this.#recordedMs) {
      this.#recordedMs = recordedMs
      this.#recordedAt = timeText(recordedMs)
    }
    return this.#recordedAt
  }
}

function timeText(milliseconds: string): string {
  return new Date(Number(milliseconds)).toISOString()
}
