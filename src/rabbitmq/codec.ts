import { batchType, jsonType, structuredType, toAttributes, toJson } from '../core/cloud-events.ts'
import { EventBusError } from '../core/errors.ts'
import type { BusEvent, EventDraft, ExtensionValue } from '../core/event.ts'
import { newEventId } from '../core/event-id.ts'
import { reservedNames } from '../core/stamp.ts'
import type { PublishRequest } from '../core/transport.ts'
import type { Message, MessageProperties } from './driver.ts'

/** What goes into one AMQP message. */
export interface Encoded {
  readonly body: Buffer
  readonly properties: MessageProperties
}

/**
 * CloudEvents 1.0 as one JSON object, so that any language can read it.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
export function encodeStructured(request: PublishRequest, isPersistent: boolean): Encoded {
  const { event, dataJson } = request
  return {
    body: Buffer.from(toJson(event, dataJson)),
    properties: propertiesOf(request, structuredType, isPersistent),
  }
}

/**
 * CloudEvents 1.0 with the attributes as headers and the data as body.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/amqp-protocol-binding.md
 */
export function encodeBinary(request: PublishRequest, isPersistent: boolean): Encoded {
  const { event, dataJson } = request
  const headers: Record<string, ExtensionValue> = { cloudEvents_specversion: '1.0' }
  for (const [name, value] of Object.entries(toAttributes(event))) headers[`cloudEvents_${name}`] = value
  const properties = propertiesOf(request, jsonType, isPersistent)
  properties.headers = { ...headers, ...properties.headers }
  return { body: Buffer.from(dataJson ?? ''), properties }
}

/** The one event that a message carries: CloudEvents in either mode, or plain JSON. Throws `EVENT_UNDECODABLE`. */
export function decode(message: Message): BusEvent {
  const contentType = String(message.properties.contentType ?? '').toLowerCase()
  if (contentType.startsWith(structuredType)) return decodeEnvelope(message, parseJson(message))
  if (contentType.startsWith(batchType)) throw undecodable(message, 'it is a batch of events')
  const attributes = headerAttributes(message)
  return attributes ? decodeBinary(message, attributes) : decodePlain(message)
}

/** Where an event goes to several clusters: the one that groups handle it from. */
export const homeHeader = 'event-bus-home'

export function homeOf({ properties }: Message): string | undefined {
  return text(properties.headers?.[homeHeader])
}

/** How it is to be delivered, and what brokers, tools and tracers look for in the message's own properties. */
function propertiesOf(
  { event, options, home }: PublishRequest,
  contentType: string,
  isPersistent: boolean,
): MessageProperties {
  const properties: MessageProperties = {
    messageId: event.id,
    type: event.type,
    appId: event.source,
    contentType,
    deliveryMode: isPersistent ? 2 : 1,
    // A scheduled event must reach the ladder.
    mandatory: options.requireRoute || options.afterMs > 0,
  }
  const seconds = secondsOf(event.time)
  // RabbitMQ knows none before 1970.
  if (seconds >= 0) properties.timestamp = seconds
  if (event.correlationId !== undefined) properties.correlationId = event.correlationId
  if (event.extensions) setTraceHeaders(properties, event.extensions)
  if (home !== undefined) properties.headers = { ...(properties.headers as object), [homeHeader]: home }
  return properties
}

let readTime = ''
let readSeconds = NaN

/** Whole seconds since 1970, as RabbitMQ reads them; found once for all events of a millisecond. */
function secondsOf(time: string): number {
  if (time !== readTime) {
    readTime = time
    readSeconds = Math.floor(Date.parse(time) / 1_000)
  }
  return readSeconds
}

/** Where tracers of other programs look, which know nothing of CloudEvents. https://www.w3.org/TR/trace-context-amqp/ */
const traceNames = ['traceparent', 'tracestate'] as const

function setTraceHeaders(properties: MessageProperties, extensions: Readonly<Record<string, ExtensionValue>>): void {
  for (const name of traceNames) {
    const value = extensions[name]
    if (value !== undefined) properties.headers = { ...(properties.headers as object | undefined), [name]: value }
  }
}

/** The event that a JSON envelope of CloudEvents in this message describes. Throws `EVENT_UNDECODABLE`. */
export function decodeEnvelope(message: Message, envelope: unknown): BusEvent {
  if (typeof envelope !== 'object' || envelope === null || Array.isArray(envelope))
    throw undecodable(message, 'it is no JSON object')
  const attributes = envelope as Record<string, unknown>
  if (attributes.data_base64 !== undefined) throw undecodable(message, 'its data is binary (data_base64), not JSON')
  return toEvent(message, attributes, attributes.data)
}

function decodeBinary(message: Message, attributes: Record<string, unknown>): BusEvent {
  return toEvent(message, attributes, message.content.length === 0 ? undefined : parseJson(message))
}

/** From a publisher that knows nothing of CloudEvents: the message's properties say what they can. */
function decodePlain(message: Message): BusEvent {
  const { messageId, type, appId, timestamp, correlationId } = message.properties
  const attributes = {
    specversion: '1.0',
    id: text(messageId) ?? newEventId(),
    type: text(type) ?? originalRoutingKey(message),
    source: text(appId) ?? 'unknown',
    time: new Date(typeof timestamp === 'number' ? timestamp * 1_000 : Date.now()).toISOString(),
    ...(text(correlationId) === undefined ? {} : { correlationid: correlationId as unknown }),
  }
  return toEvent(message, attributes, parseJson(message))
}

/** A copy comes back under another key than the one that it was published with. */
function originalRoutingKey({ fields, properties }: Message): string {
  return text(properties.headers?.['event-bus-routing-key']) ?? fields.routingKey
}

/** The prefixes that the AMQP binding allows, and Knative's. */
const prefixes = ['cloudEvents_', 'cloudEvents:', 'ce-']

function headerAttributes({ properties }: Message): Record<string, unknown> | undefined {
  const headers = properties.headers ?? {}
  const prefix = prefixes.find((one) => headers[`${one}specversion`] !== undefined)
  if (prefix === undefined) return undefined
  const own = Object.entries(headers).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value as unknown]))
}

function toEvent(message: Message, attributes: Record<string, unknown>, data: unknown): BusEvent {
  if (!String(attributes.specversion).startsWith('1.'))
    throw undecodable(message, `its CloudEvents version is '${String(attributes.specversion)}', not 1.x`)
  const event: EventDraft = {
    id: text(attributes.id) ?? missing(message, 'id'),
    type: text(attributes.type) ?? missing(message, 'type'),
    source: text(attributes.source) ?? missing(message, 'source'),
    // CloudEvents leaves the time to the publisher; the bus's events always have one.
    time: text(attributes.time) ?? new Date().toISOString(),
    data,
  }
  setText(event, 'subject', attributes.subject)
  setText(event, 'correlationId', attributes.correlationid)
  setText(event, 'causationId', attributes.causationid)
  setText(event, 'dataVersion', attributes.dataversion)
  const extensions = withTrace(extensionsOf(attributes), message)
  if (extensions) event.extensions = extensions
  return event
}

function missing(message: Message, name: string): never {
  throw undecodable(message, `its attribute '${name}' is missing or no string`)
}

type TextAttribute = 'subject' | 'correlationId' | 'causationId' | 'dataVersion'

function setText(event: EventDraft, name: TextAttribute, value: unknown): void {
  const given = text(value)
  if (given !== undefined) event[name] = given
}

function extensionsOf(attributes: Record<string, unknown>): Record<string, ExtensionValue> | undefined {
  let extensions: Record<string, ExtensionValue> | undefined
  for (const name of Object.keys(attributes)) {
    const value = attributes[name]
    if (reservedNames.has(name) || !isExtensionValue(value)) continue
    extensions ??= {}
    extensions[name] = value
  }
  return extensions
}

/** Other publishers may tell the trace in a header alone. What the event itself says of it counts more. */
function withTrace(extensions: EventDraft['extensions'], { properties }: Message): EventDraft['extensions'] {
  const traceparent = text(properties.headers?.traceparent)
  if (traceparent === undefined || extensions?.traceparent !== undefined) return extensions
  const tracestate = text(properties.headers?.tracestate)
  return { ...extensions, traceparent, ...(tracestate !== undefined && { tracestate }) }
}

function isExtensionValue(value: unknown): value is ExtensionValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** What the body says. Throws `EVENT_UNDECODABLE`. */
export function parseJson(message: Message): unknown {
  try {
    return JSON.parse(utf8.decode(message.content))
  } catch {
    // What JSON.parse says quotes the body.
    throw undecodable(message, 'its body is no JSON in UTF-8')
  }
}

export function undecodable({ fields, properties }: Message, why: string): EventBusError {
  const what = `The message '${String(properties.messageId ?? '')}' with routing key '${fields.routingKey}'`
  return new EventBusError('EVENT_UNDECODABLE', `${what} cannot be decoded as an event: ${why}`)
}
