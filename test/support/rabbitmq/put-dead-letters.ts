import { connect } from 'amqplib'

export interface PutLetter {
  readonly id: string
  readonly type?: string
  /** Where it is said to come from. */
  readonly queue: string
  readonly headers?: Readonly<Record<string, unknown>>
  readonly content?: Buffer
  readonly contentType?: string
}

/** Puts messages into the dead letters of an exchange, as the bus would. */
export async function putDeadLetters(url: string, exchange: string, letters: readonly PutLetter[]): Promise<void> {
  const connection = await connect(url)
  const channel = await connection.createConfirmChannel()
  const queue = `${exchange}:dead-letters`
  await channel.assertQueue(queue, {
    arguments: { 'x-queue-type': 'quorum', 'x-queue-leader-locator': 'balanced', 'x-delivery-limit': 1_000_000 },
  })
  for (const letter of letters) channel.publish('', queue, contentOf(letter), propertiesOf(letter))
  await channel.waitForConfirms()
  await connection.close()
}

function contentOf({ id, type = 'a.b', content }: PutLetter): Buffer {
  const event = { specversion: '1.0', id, type, source: 'test', time: new Date().toISOString(), data: { id } }
  return content ?? Buffer.from(JSON.stringify(event))
}

function propertiesOf({ id, type = 'a.b', queue, headers, contentType = 'application/cloudevents+json' }: PutLetter) {
  return {
    messageId: id,
    type,
    contentType,
    persistent: true,
    headers: {
      'event-bus-copy': `letter-${id}`,
      'event-bus-origin-queue': queue,
      'event-bus-routing-key': type,
      'event-bus-handlers': [],
      'event-bus-attempts': 10,
      'event-bus-reason': 'handlers-failed',
      'event-bus-failed-at': new Date().toISOString(),
      'event-bus-error-name': 'Error',
      'event-bus-error-message': 'no luck',
      ...headers,
    },
  }
}
