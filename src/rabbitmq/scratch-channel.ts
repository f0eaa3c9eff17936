import { type Channel, type Connection, replyCode } from './driver.ts'
import { withinLimit } from './within-limit.ts'

/** How long a question to the broker may take. */
export const questionMs = 5_000

/** Does `work` on a channel of its own, since a "no" of the broker (404, 406) closes the channel that it answers on. */
export async function onScratchChannel<T>(
  connection: Connection,
  work: (channel: Channel) => Promise<T>,
  limitMs: number = questionMs,
): Promise<T> {
  const late = `The broker did not answer within ${limitMs} ms`
  const { channel } = await withinLimit(connection.openChannel(), limitMs, late)
  try {
    return await withinLimit(work(channel), limitMs, late)
  } finally {
    void channel.close().catch(() => {})
  }
}

/** Whether the queue is on the broker. */
export function queueExists(queue: string, connection: Connection): Promise<boolean> {
  return isThere(connection, (channel) => channel.checkQueue(queue))
}

/** Whether the exchange is on the broker. */
export function exchangeExists(exchange: string, connection: Connection): Promise<boolean> {
  return isThere(connection, (channel) => channel.checkExchange(exchange))
}

async function isThere(connection: Connection, look: (channel: Channel) => Promise<unknown>): Promise<boolean> {
  try {
    await onScratchChannel(connection, look)
    return true
  } catch (error) {
    if (replyCode(error) === 404) return false
    throw error
  }
}
