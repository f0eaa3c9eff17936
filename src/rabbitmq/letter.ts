import { createHash } from 'node:crypto'
import type { DeadLetterCause, DeadLetterError, DeadLetterInfo } from '../core/dead-letters.ts'
import { deadLetterCauses } from '../core/dead-letter-options.ts'
import type { BusEvent } from '../core/event.ts'
import { newEventId } from '../core/event-id.ts'
import { decode } from './codec.ts'
import type { Message, MessageProperties } from './driver.ts'
import { withoutJourney } from './message-copy.ts'
import type { Names } from './names.ts'

/** Which run has redriven a message: when it fails again at once, the same run leaves it alone. */
const redrivenBy = 'event-bus-redriven-by'
/** What is over when a letter is redriven. Where it was first published stays. */
const overWithRedrive =
  /^event-bus-(copy|origin-queue|group|handlers|attempts|error-.*|instance|first-failed-at|failed-at|reason|headers-cut|redriven-by)$/

type Headers = Readonly<Record<string, unknown>>

/** What the broker has written about its newest move of a message. */
interface Move {
  readonly reason: string | undefined
  readonly queue: string | undefined
  readonly exchange: string | undefined
  readonly routingKey: string | undefined
  readonly time: string | undefined
}

/** Reads a message of the dead letters: what the bus has put there, and what the broker has. */
export function readLetter(original: Message, names: Names): DeadLetterInfo {
  const headers: Headers = original.properties.headers ?? {}
  const move = newestMove(headers)
  const message = withOriginalRoute(original, move)
  const event = decoded(message)
  const reason = causeOf(headers, move)
  const queue = text(headers['event-bus-origin-queue']) ?? (reason === 'delivery-limit' ? move.queue : undefined)
  const origin = queue ?? names.scheduled
  return {
    id: idOf(original, origin),
    event,
    type: event?.type ?? routingKeyOf(message),
    contentType: text(original.properties.contentType),
    bytes: original.content.length,
    reason,
    queue: origin,
    group: text(headers['event-bus-group']) ?? names.groupOf(origin),
    handlers: Array.isArray(headers['event-bus-handlers']) ? headers['event-bus-handlers'].map(String) : [],
    error: errorOf(headers),
    attempts: typeof headers['event-bus-attempts'] === 'number' ? headers['event-bus-attempts'] : 0,
    firstFailedAt: text(headers['event-bus-first-failed-at']) ?? move.time,
    failedAt: text(headers['event-bus-failed-at']) ?? move.time,
    instance: text(headers['event-bus-instance']),
  }
}

/** Whether a message has been redriven by this run already. */
export function isRedrivenBy({ properties }: Message, run: string): boolean {
  return properties.headers?.[redrivenBy] === run
}

/** The properties of the copy that goes back: a first attempt, for the handlers that failed. */
export function redriveProperties(original: Message, letter: DeadLetterInfo, run: string): MessageProperties {
  const message = withOriginalRoute(original, newestMove(original.properties.headers ?? {}))
  const properties = withoutJourney(message)
  const kept = Object.entries(properties.headers).filter(([name]) => !overWithRedrive.test(name))
  const { event } = letter
  return {
    ...properties,
    mandatory: true,
    ...(event && { messageId: properties.messageId ?? event.id, type: properties.type ?? event.type }),
    headers: {
      ...Object.fromEntries(kept),
      // A new copy: the queue's consumers take no redelivery of the old one for it.
      'event-bus-copy': newEventId(),
      'event-bus-handlers': [...letter.handlers],
      'event-bus-attempts': 0,
      [redrivenBy]: run,
    },
  }
}

/** Behind a dead lettering, the message has the routing key of the dead letters; the broker has noted the one before. */
function withOriginalRoute(message: Message, { exchange, routingKey }: Move): Message {
  const { properties } = message
  if (routingKey === undefined) return message
  const route = { 'event-bus-exchange': exchange, 'event-bus-routing-key': routingKey }
  return { ...message, properties: { ...properties, headers: { ...route, ...properties.headers } } }
}

function decoded(message: Message): BusEvent | undefined {
  try {
    return decode(message)
  } catch {
    return undefined
  }
}

function causeOf(headers: Headers, move: Move): DeadLetterCause {
  const known = deadLetterCauses.find((one) => one === headers['event-bus-reason'])
  if (known) return known
  if (move.reason === 'delivery_limit') return 'delivery-limit'
  // The wait ladder sends what it cannot deliver.
  return move.reason === 'expired' ? 'destination-gone' : 'unknown'
}

/** A copy has an id of its own. What the broker itself has moved is the first of its kind in its queue. */
function idOf({ content, properties }: Message, queue: string): string {
  const { messageId, headers = {} } = properties
  const own = text(headers['event-bus-copy']) ?? text(messageId)
  if (own !== undefined && own === headers['event-bus-copy']) return own
  return `${own ?? createHash('sha256').update(content).digest('hex').slice(0, 32)}@${queue}`
}

function routingKeyOf({ fields, properties }: Message): string {
  return text(properties.headers?.['event-bus-routing-key']) ?? fields.routingKey
}

function errorOf(headers: Headers): DeadLetterError | undefined {
  const [name, message, stack] = ['name', 'message', 'stack'].map((part) => text(headers[`event-bus-error-${part}`]))
  if (name === undefined && message === undefined) return undefined
  return { name: name ?? '', message: message ?? '', stack: stack ?? '' }
}

/** https://www.rabbitmq.com/docs/dlx#effects: the newest comes first. */
function newestMove(headers: Headers): Move {
  const deaths: unknown = headers['x-death']
  const newest = ((Array.isArray(deaths) ? deaths[0] : undefined) ?? {}) as Headers
  const keys = newest['routing-keys']
  const time = newest.time as { value?: unknown } | undefined
  return {
    reason: text(newest.reason),
    queue: text(newest.queue),
    exchange: text(newest.exchange),
    routingKey: Array.isArray(keys) ? text(keys[0]) : undefined,
    time: typeof time?.value === 'number' ? new Date(1_000 * time.value).toISOString() : undefined,
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
