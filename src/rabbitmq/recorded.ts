import { newEventId } from '../core/event-id.ts'
import type { ReplayRequest } from '../core/transport.ts'
import type { Encoded } from './codec.ts'
import type { Message } from './driver.ts'
import type { WireMessage } from './outgoing.ts'

/** On a message that a replay has sent, and on its retries and dead letters: which replay it was. */
const replayHeader = 'event-bus-replay'

export function isReplay({ properties }: Message): boolean {
  return properties.headers?.[replayHeader] !== undefined
}

/**
 * A recorded event for one queue. It is a copy with an id of its own: the event itself was handled before, and a redelivery
 * of this message must not be taken for one of that.
 */
export function replayMessage(request: ReplayRequest, encoded: Encoded, queue: string, exchange: string): WireMessage {
  const { event, point, replay } = request
  const headers = {
    ...(encoded.properties.headers as object | undefined),
    'event-bus-copy': newEventId(),
    'event-bus-handlers': [],
    'event-bus-attempts': 0,
    'event-bus-exchange': exchange,
    'event-bus-routing-key': event.type,
    [replayHeader]: replay,
  }
  return {
    exchange: '',
    routingKey: queue,
    body: encoded.body,
    properties: { ...encoded.properties, mandatory: true, headers },
    what: `the event '${event.id}' for the group '${point.group}' ('${point.pattern}')`,
  }
}

/** A recorded event as if it had come from a queue, to make copies of it. */
export function asDelivered({ body, properties }: Encoded, exchange: string, routingKey: string): Message {
  return {
    content: body,
    fields: { consumerTag: '', deliveryTag: 0, redelivered: false, exchange, routingKey },
    properties: { headers: {}, ...properties } as Message['properties'],
  }
}
