import { EventBusError } from '../core/errors.ts'
import { explainReply, replyCode } from './driver.ts'
import type { Outgoing } from './outgoing.ts'

/** For a message for which the broker has closed the channel or the connection. */
export function refusedFor({ message: { what } }: Outgoing, cause: Error): EventBusError {
  const explained = explainReply(cause, `publish ${what}`)
  const code = replyCode(cause) === 406 ? 'EVENT_TOO_LARGE' : explained.code
  return new EventBusError(code, explained.message, { cause })
}

/** For one that it has answered with a nack too often. */
export function refusedOften({ message: { what }, refusals }: Outgoing): EventBusError {
  const message = `The broker refused ${what} ${refusals} times (nack): a queue behind the exchange is full or without a leader. Other queues may have taken it.`
  return new EventBusError('PUBLISH_REFUSED', message)
}

/** For one that it has sent back. */
export function unroutable({ message: { what, exchange } }: Outgoing): EventBusError {
  return new EventBusError('PUBLISH_UNROUTABLE', `No queue wants ${what} (exchange '${exchange}'); it was not stored`)
}

/** For one that AMQP itself has no room for. */
export function unframeable({ message: { what } }: Outgoing, cause: unknown): EventBusError {
  const message = `${what} does not fit into AMQP frames: ${(cause as Error).message}`
  return new EventBusError('EVENT_TOO_LARGE', message, { cause })
}
