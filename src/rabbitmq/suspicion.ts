import { suspectAfter } from '../core/quarantine.ts'
import type { Message } from './driver.ts'

/**
 * How often the broker has handed the message out before without an answer: the process was killed, or its connection
 * broke. Quorum queues count that; what a publisher wrote there is not believed.
 */
export function unansweredDeliveries({ fields, properties }: Message): number {
  const count: unknown = properties.headers?.['x-delivery-count']
  return fields.redelivered && typeof count === 'number' ? count : 0
}

/** Whether its handlers may be what ends the process each time. Broken connections count, too. */
export function isSuspect(message: Message): boolean {
  return unansweredDeliveries(message) >= suspectAfter
}
