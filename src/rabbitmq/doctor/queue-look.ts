import { EventBusError } from '../../core/errors.ts'
import { type Channel, replyCode } from '../driver.ts'
import { declareItem, type QueueItem } from '../topology-item.ts'
import { openConnection } from './connection-check.ts'
import { answerTo, type Examined } from './examined.ts'

/** What there is of a queue. */
export type QueueLook =
  | { readonly kind: 'there'; readonly ready: number; readonly consumers: number; readonly isCompared: boolean }
  | { readonly kind: 'missing' }
  /** It was made with other arguments; the error says which. */
  | { readonly kind: 'different'; readonly error: EventBusError }
  /** The broker answers, the queue does not. */
  | { readonly kind: 'silent'; readonly error: EventBusError }
  | { readonly kind: 'unknown'; readonly error: EventBusError }

/** Looks at a queue. Makes nothing, and takes nothing. */
export async function lookAtQueue(item: QueueItem, examined: Examined): Promise<QueueLook> {
  const counts = await answerTo(examined, `find the queue '${item.name}'`, (channel) => channel.checkQueue(item.name))
  if (counts instanceof EventBusError) return lookOf(counts)
  // It is there, so that this makes nothing, and compares.
  const compared = await answerTo(examined, 'compare the queue', (channel) => declareItem(item, channel))
  const mayNot = compared instanceof EventBusError && compared.code === 'PERMISSION_DENIED'
  if (compared instanceof EventBusError && !mayNot) return lookOf(compared)
  const { messageCount: ready, consumerCount: consumers } = counts
  const silence = ready + consumers === 0 && examined.probes ? await probe(item, examined) : undefined
  return silence ? { kind: 'silent', error: silence } : { kind: 'there', ready, consumers, isCompared: !mayNot }
}

function lookOf(error: EventBusError): QueueLook {
  switch (error.code) {
    case 'TOPOLOGY_MISSING':
      return { kind: 'missing' }
    case 'TOPOLOGY_MISMATCH':
      return { kind: 'different', error }
    case 'BROKER_TIMEOUT':
      return { kind: 'silent', error }
    default:
      return { kind: 'unknown', error }
  }
}

/**
 * For a quorum queue without leader RabbitMQ answers a passive declare with two zeros; only who wants something of it waits
 * for ever, and so does what else is asked on that connection: the question has one of its own. What has arrived meanwhile,
 * if anything, goes back to its place.
 */
async function probe(item: QueueItem, examined: Examined): Promise<EventBusError | undefined> {
  const { finding, connection } = await openConnection(examined.settings, examined.deadline)
  if (!connection) return new EventBusError(finding.code ?? 'CONNECTION_FAILED', finding.seen)
  try {
    const question = (channel: Channel): Promise<void> => takeAndGiveBack(channel, item)
    const answer = await answerTo({ connection, deadline: examined.deadline }, `ask '${item.name}'`, question)
    return answer instanceof EventBusError && !isOfLeader(answer) ? answer : undefined
  } finally {
    await connection.close(Date.now())
  }
}

/** A "no" that has nothing to do with the queue's state: not to this user, or not from a queue with one consumer at a time. */
function isOfLeader({ code, cause }: EventBusError): boolean {
  return code === 'PERMISSION_DENIED' || replyCode(cause) === 405
}

async function takeAndGiveBack(channel: Channel, { name }: QueueItem): Promise<void> {
  const message = await channel.get(name)
  if (message) channel.nack(message)
}
