import { newEventId } from '../core/event-id.ts'
import type { Message } from './driver.ts'
import { readCopy, withoutJourney } from './message-copy.ts'
import type { WireMessage } from './outgoing.ts'
import { deliveriesHeader, unansweredDeliveries } from './suspicion.ts'

/**
 * One event of a batch, back to its queue as a message of its own. Of a suspect batch it is under suspicion from the start:
 * then it runs alone, and takes down nobody else.
 */
export function loneEvent(part: Message, queue: string): WireMessage {
  const { attempts = 0, handlers = [] } = readCopy(part) ?? {}
  const { headers, ...properties } = withoutJourney(part)
  const { exchange, routingKey } = part.fields
  return {
    exchange: '',
    routingKey: queue,
    body: part.content,
    properties: {
      ...properties,
      mandatory: true,
      headers: {
        'event-bus-exchange': exchange,
        'event-bus-routing-key': routingKey,
        ...headers,
        'event-bus-copy': newEventId(),
        'event-bus-attempts': attempts,
        'event-bus-handlers': [...handlers],
        [deliveriesHeader]: unansweredDeliveries(part),
      },
    },
    what: `the event '${String(properties.messageId)}' of a batch from '${queue}'`,
  }
}
