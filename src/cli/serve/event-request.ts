import type { IncomingHttpHeaders } from 'node:http'
import { batchType, fromAttributes, fromJson, isJsonType, jsonType, structuredType } from '../../core/cloud-events.ts'
import type { EventInput } from '../../core/event.ts'
import { parseJson } from '../lines.ts'
import { HttpError } from './http-error.ts'

/** In which form the body of a `POST /events` holds events. */
export type BodyForm = 'json' | 'ndjson' | 'binary'

/** What a JSON body held: one event, or several, each still to be read. */
export type Posted = { readonly event: EventInput } | { readonly events: readonly unknown[] }

const ndjsonTypes = ['application/x-ndjson', 'application/ndjson', 'application/jsonl']

/** Throws 415 for what is none of them. */
export function bodyFormOf(headers: IncomingHttpHeaders): BodyForm {
  const mediaType = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (isBinaryMode(headers) && (mediaType === '' || isJsonType(mediaType))) return 'binary'
  if ([jsonType, structuredType, batchType].includes(mediaType)) return 'json'
  if (ndjsonTypes.includes(mediaType)) return 'ndjson'
  const found = mediaType === '' ? 'no Content-Type' : `Content-Type ${mediaType}`
  const allowed = [jsonType, structuredType, batchType, ndjsonTypes[0]].join(', ')
  const hint =
    mediaType === 'application/x-www-form-urlencoded' ? " (with curl: -H 'Content-Type: application/json')" : ''
  throw new HttpError(415, 'UNSUPPORTED_MEDIA_TYPE', `${found}; allowed: ${allowed}${hint}`)
}

/** Throws `EVENT_INVALID` if it is no JSON, or one event and no good one. */
export function readJsonBody(body: string): Posted {
  const value = parseJson(body, 'The body is no JSON')
  return Array.isArray(value) ? { events: value as unknown[] } : { event: fromJson(value) }
}

/**
 * CloudEvents with the attributes as headers and the data as body.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
 */
export function readBinaryBody(headers: IncomingHttpHeaders, body: string): EventInput {
  const own = Object.entries(headers).filter(([name]) => name.startsWith('ce-'))
  const attributes = Object.fromEntries(
    own.map(([name, value]) => [name.slice('ce-'.length), decodeHeader(String(value))]),
  )
  return fromAttributes(attributes, body === '' ? undefined : parseJson(body, 'The body is no JSON'))
}

function isBinaryMode(headers: IncomingHttpHeaders): boolean {
  return headers['ce-type'] !== undefined || headers['ce-specversion'] !== undefined
}

/** Characters beyond ASCII come percent-encoded; what is no such code stands for itself. */
function decodeHeader(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
