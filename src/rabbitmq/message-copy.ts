import type { BusEvent } from '../core/event.ts'
import type { Copy, Point } from '../core/transport.ts'
import type { Message, MessageProperties } from './driver.ts'

/** Where a delivery was when a copy of it was made. */
export interface CopyOrigin {
  readonly queue: string
  readonly point: Point
  readonly instance: string
}

/** A copy to be made. */
export interface CopyOrder {
  readonly id: string
  readonly copy: Copy
  readonly origin: CopyOrigin
}

/** What a copy carries back to its handlers. */
export interface CopyState {
  /** The copy's own: the event's id is the same on all copies, and so tells no redelivery of one from another one. */
  readonly id: string
  readonly attempts: number
  /** None where it was refused before it reached a handler. */
  readonly handlers?: readonly string[]
}

/**
 * What was written about earlier journeys, by the broker or a client. RabbitMQ 3.10 drops a confirmed copy whose old x-death
 * names its next queue; CC would route the copy to other queues as well.
 */
const staleHeaders =
  /^(x-death|x-first-death-.*|x-last-death-.*|x-delivery-count|x-acquired-count|event-bus-deliveries|CC|BCC)$/
const maxMessageLength = 1_000
const maxStackLength = 8_000

/** What a copy may leave out, least first, where its headers are more than the 64 KiB that the client can send. */
export const headerSets = ['all', 'without the error', 'without those of others'] as const
export type HeaderSet = (typeof headerSets)[number]

/** The properties of a copy: those of the original, and in headers where it comes from and what happened to it. */
export function copyProperties(
  message: Message,
  event: BusEvent | undefined,
  order: CopyOrder,
  headerSet: HeaderSet = 'all',
): MessageProperties {
  const properties = withoutJourney(message)
  return {
    ...properties,
    mandatory: true,
    // What a foreign publisher left out was made up here; it must be the same next time.
    ...(event && { messageId: properties.messageId ?? event.id, type: properties.type ?? event.type }),
    headers: {
      ...firstTimeHeaders(message),
      ...(headerSet === 'without those of others' ? ownHeaders(properties.headers) : properties.headers),
      ...copyHeaders(order),
      ...(headerSet === 'all' ? errorHeaders(order.copy) : { 'event-bus-headers-cut': headerSet }),
    },
  }
}

/**
 * The properties of a message that goes on elsewhere. Without what tells of its journey; without expiration, which would
 * end it on its way; without userId, which must be that of the sending connection.
 */
export function withoutJourney({ properties }: Message): MessageProperties & { readonly headers: object } {
  const { messageId, type, timestamp, appId, correlationId, contentType, contentEncoding, priority, replyTo } =
    properties
  const kept = Object.entries(properties.headers ?? {}).filter(([name]) => !staleHeaders.test(name))
  return {
    messageId,
    type,
    timestamp,
    appId,
    correlationId,
    contentType,
    contentEncoding,
    priority,
    replyTo,
    deliveryMode: 2,
    headers: Object.fromEntries(kept),
  }
}

/** What a copy says of itself; `undefined` for what is none. */
export function readCopy({ properties: { headers = {} } }: Message): CopyState | undefined {
  const id: unknown = headers['event-bus-copy']
  const attempts: unknown = headers['event-bus-attempts']
  const handlers: unknown = headers['event-bus-handlers']
  if (typeof id !== 'string' || typeof attempts !== 'number' || !Array.isArray(handlers)) return undefined
  return { id, attempts, ...(handlers.length > 0 && { handlers: handlers.map(String) }) }
}

/** Said by the first copy, kept by all that follow. */
function firstTimeHeaders({ fields }: Message): object {
  return {
    'event-bus-exchange': fields.exchange,
    'event-bus-routing-key': fields.routingKey,
    'event-bus-first-failed-at': new Date().toISOString(),
  }
}

function copyHeaders({ id, copy, origin: { queue, point, instance } }: CopyOrder): object {
  const { handlers, attempts } = copy
  return {
    'event-bus-copy': id,
    'event-bus-origin-queue': queue,
    ...(point.kind === 'group' ? { 'event-bus-group': point.group } : {}),
    'event-bus-handlers': [...handlers],
    'event-bus-attempts': attempts,
    'event-bus-instance': instance,
    'event-bus-failed-at': new Date().toISOString(),
    ...(copy.kind === 'deadLetter' ? { 'event-bus-reason': copy.reason } : {}),
  }
}

function errorHeaders({ cause }: Copy): object {
  return {
    'event-bus-error-name': textUpTo(maxMessageLength, cause.name),
    'event-bus-error-message': textUpTo(maxMessageLength, cause.message),
    'event-bus-error-stack': textUpTo(maxStackLength, cause.stack),
  }
}

function ownHeaders(headers: object): object {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('event-bus-')))
}

/** Handlers throw what they like: an Error's parts need not be text. */
function textUpTo(maxLength: number, part: unknown): string {
  return typeof part === 'string' ? part.slice(0, maxLength) : ''
}
