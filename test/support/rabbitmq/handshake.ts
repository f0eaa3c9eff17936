import { connect } from 'amqplib'

/**
 * The version of the RabbitMQ at the URL; rejects when no broker completes the AMQP handshake in time. Where nobody
 * listens that is at once; one that is busy may take long.
 */
export async function brokerVersion(url: string, timeoutMs = 15_000): Promise<string> {
  const connection = await connect(url, { timeout: timeoutMs })
  const { version } = connection.connection.serverProperties
  await connection.close()
  return version
}
