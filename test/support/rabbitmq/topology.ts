import { type Channel, connect } from 'amqplib'
import { Names } from '../../../src/rabbitmq/names.ts'
import { topLevel } from '../../../src/rabbitmq/wait-ladder.ts'

/** Runs `work` on a channel of its own. */
export async function onChannel<T>(url: string, work: (channel: Channel) => Promise<T>): Promise<T> {
  const connection = await connect(url)
  connection.on('error', () => {})
  try {
    const channel = await connection.createChannel()
    channel.on('error', () => {})
    return await work(channel)
  } finally {
    await connection.close().catch(() => {})
  }
}

/** How many consumers the broker counts on the queue. */
export async function consumerCount(url: string, queue: string): Promise<number> {
  return onChannel(url, async (channel) => (await channel.checkQueue(queue)).consumerCount)
}

/** Whether the queue is there. */
export async function queueExists(url: string, queue: string): Promise<boolean> {
  return onChannel(url, (channel) => channel.checkQueue(queue)).then(
    () => true,
    () => false,
  )
}

/**
 * Deletes all that buses make for an exchange: itself, the wait ladder with every level, what is scheduled, the dead
 * letters, and the queues given. What is not there is no error.
 */
export async function removeTopologyOf(url: string, exchange: string, queues: readonly string[] = []): Promise<void> {
  await onChannel(url, (channel) => deleteTopology(channel, exchange, queues))
}

/** {@link removeTopologyOf} on a channel that is there already. */
export async function deleteTopology(channel: Channel, exchange: string, queues: readonly string[]): Promise<void> {
  const { deadLetters, scheduled } = new Names(exchange)
  const levels = Array.from({ length: topLevel + 1 }, (_, level) => `${exchange}:wait:${level}`)
  const exchanges = [...levels, `${exchange}:wait:exit`, `${exchange}:wait:lost`, exchange]
  // Asked for together: an answer takes far longer than a deletion.
  await Promise.all([
    ...[...levels, ...queues, scheduled, deadLetters].map((name) => channel.deleteQueue(name)),
    ...exchanges.map((name) => channel.deleteExchange(name)),
  ])
}
