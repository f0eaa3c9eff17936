import type { BusEvent } from '@appserver/event-bus'

/** What this server was told, for people to look at. No event of these servers holds a secret. */
export type EventLine = Pick<BusEvent, 'id' | 'type' | 'time' | 'data'>

const maxLines = 100

/** The newest events that reached this process, the oldest first. */
export class EventLog {
  readonly #lines: EventLine[] = []

  get lines(): readonly EventLine[] {
    return this.#lines
  }

  note({ id, type, time, data }: BusEvent): void {
    this.#lines.push({ id, type, time, data })
    if (this.#lines.length > maxLines) this.#lines.shift()
  }
}
