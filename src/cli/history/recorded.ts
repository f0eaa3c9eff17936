import { toAttributes } from '../../core/cloud-events.ts'
import type { StoredEvent } from '../../core/event-store.ts'

/** A CloudEvent as JSON. */
export interface RecordedCloudEvent {
  readonly id: string
  readonly type: string
  readonly source: string
  readonly time: string
  readonly subject?: string
  readonly correlationid?: string
  readonly causationid?: string
  readonly data?: unknown
}

/** A recorded event as the command line writes it and as it goes over HTTP. */
export interface Recorded {
  readonly position: number
  readonly recordedAt: string
  readonly redactedAt?: string
  readonly event: RecordedCloudEvent
}

export function toRecorded({ position, recordedAt, redactedAt, event }: StoredEvent): Recorded {
  const attributes = { specversion: '1.0', ...toAttributes(event), datacontenttype: 'application/json' }
  const cloudEvent = { ...attributes, ...(event.data !== undefined && { data: event.data }) }
  return {
    position,
    recordedAt,
    ...(redactedAt !== undefined && { redactedAt }),
    event: cloudEvent as unknown as RecordedCloudEvent,
  }
}
