import { connect, type Channel } from 'amqplib'

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

/** Deletes exchanges and queues, those that are there. */
export async function removeTopology(
  url: string,
  exchanges: readonly string[],
  queues: readonly string[],
): Promise<void> {
  await onChannel(url, async (channel) => {
    for (const queue of queues) await channel.deleteQueue(queue)
    for (const exchange of exchanges) await channel.deleteExchange(exchange)
  })
}
