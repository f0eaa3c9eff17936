import { suspectAfter } from '../core/quarantine.ts'
import type { Message } from './driver.ts'

/** On an event that was sent by itself, out of a suspect batch: how often that had been handed out without an answer. */
export const deliveriesHeader = 'event-bus-deliveries'

/**
 * How often the event has been handed out before without an answer: the process was killed, or its connection broke.
 * Quorum queues count that; what a publisher wrote there is not believed.
 */
export function unansweredDeliveries({ fields, properties: { headers } }: Message): number {
  const counted = fields.redelivered ? numberOf(headers?.['x-delivery-count']) : 0
  return counted + numberOf(headers?.[deliveriesHeader])
}

/** Whether its handlers may be what ends the process each time. Broken connections count, too. */
export function isSuspect(message: Message): boolean {
  return unansweredDeliveries(message) >= suspectAfter
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0
}
