import type { Message } from '../../src/rabbitmq/driver.ts'

/** A message as amqplib hands it out. */
export function message(content: string | Buffer, properties: object = {}, routingKey = 'order.placed'): Message {
  return {
    content: Buffer.from(content),
    fields: { consumerTag: 'c', deliveryTag: 1, redelivered: false, exchange: 'appserver.events', routingKey },
    properties: { headers: {}, ...properties } as Message['properties'],
  }
}
