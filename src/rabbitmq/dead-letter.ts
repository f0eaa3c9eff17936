import type { Point } from '../core/transport.ts'
import type { Message } from './driver.ts'
import type { WireMessage } from './outgoing.ts'

/** Why a delivery cannot be handled. */
export interface DeadLetterReason {
  readonly reason: 'handlers-failed' | 'invalid' | 'undecodable'
  readonly cause: Error
  readonly handlers: readonly string[]
  readonly attempts: number
}

/** Where it was when that was found. */
export interface DeadLetterOrigin {
  readonly queue: string
  readonly point: Point
  readonly instance: string
}

/**
 * What the broker or another client wrote about earlier journeys. RabbitMQ 3.10 drops a confirmed copy whose old x-death
 * names its next queue; CC would route the copy to other queues as well.
 */
const staleHeaders = /^(x-death|x-first-death-.*|x-last-death-.*|x-delivery-count|x-acquired-count|CC|BCC)$/
const maxMessageLength = 1_000
const maxStackLength = 8_000

/** The copy of a delivery that goes to the dead letters: its bytes as they came, and in headers what happened to it. */
export function deadLetterCopy(
  message: Message,
  why: DeadLetterReason,
  origin: DeadLetterOrigin,
  queue: string,
): WireMessage {
  const { messageId, type, timestamp, appId, correlationId, contentType, contentEncoding, priority, replyTo, headers } =
    message.properties
  const kept = Object.entries(headers ?? {}).filter(([name]) => !staleHeaders.test(name))
  return {
    exchange: '',
    routingKey: queue,
    body: message.content,
    // Without expiration, which would end it there, and userId, which must be that of the sending connection.
    properties: {
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
      headers: { ...Object.fromEntries(kept), ...describe(message, why, origin) },
    },
    mandatory: true,
    what: `the dead letter of '${String(messageId ?? message.fields.routingKey)}' from '${origin.queue}'`,
  }
}

function describe(
  { fields }: Message,
  { reason, cause, handlers, attempts }: DeadLetterReason,
  { queue, point, instance }: DeadLetterOrigin,
): object {
  return {
    'event-bus-reason': reason,
    'event-bus-origin-queue': queue,
    'event-bus-exchange': fields.exchange,
    'event-bus-routing-key': fields.routingKey,
    ...(point.kind === 'group' ? { 'event-bus-group': point.group } : {}),
    'event-bus-handlers': [...handlers],
    'event-bus-attempts': attempts,
    'event-bus-error-name': textUpTo(maxMessageLength, cause.name),
    'event-bus-error-message': textUpTo(maxMessageLength, cause.message),
    'event-bus-error-stack': textUpTo(maxStackLength, cause.stack),
    'event-bus-instance': instance,
    'event-bus-dead-at': new Date().toISOString(),
  }
}

/** Handlers throw what they like: an Error's parts need not be text. */
function textUpTo(maxLength: number, part: unknown): string {
  return typeof part === 'string' ? part.slice(0, maxLength) : ''
}
