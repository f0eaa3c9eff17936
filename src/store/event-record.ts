import type { BusEvent } from '../core/event.ts'
import { assertInput, assertStamped, serializeData } from '../core/stamp.ts'
import type { EventRecord } from './driver.ts'

/**
 * Checks an event and makes a record of it. Throws `EVENT_INVALID`, `EVENT_TYPE_INVALID` and `EVENT_NOT_SERIALIZABLE`:
 * one bad event must not stop a batch in the middle of a transaction.
 */
export function toRecord(event: BusEvent): EventRecord {
  assertInput(event)
  assertStamped(event)
  const { id, type, source, time, subject, correlationId, causationId, dataVersion, extensions } = event
  const attributes = { id, type, source, time, subject, correlationId, causationId, dataVersion, extensions }
  const json = withData(JSON.stringify(attributes), serializeData(event))
  return { id, type, source, subject, correlationId, causationId, timeMs: Date.parse(time), json }
}

/** The data is JSON already, and was told apart from what JSON cannot carry. */
function withData(attributes: string, dataJson: string | undefined): string {
  return dataJson === undefined ? attributes : `${attributes.slice(0, -1)},"data":${dataJson}}`
}

/** An event without its data, as JSON. */
export function withoutData(json: string): string {
  const { data: _data, ...envelope } = JSON.parse(json) as BusEvent
  return JSON.stringify(envelope)
}
