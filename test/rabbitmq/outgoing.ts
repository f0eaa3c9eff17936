import { Outgoing, type WireMessage } from '../../src/rabbitmq/outgoing.ts'

/** A message that waits for nothing, known by its body. */
export function outgoing(text: string, more: Partial<WireMessage> = {}): Outgoing {
  const message = { body: Buffer.from(text), properties: {}, exchange: 'x', routingKey: 'a', what: text, ...more }
  const made = new Outgoing(message, {}, { settled: () => {}, whyWaiting: () => undefined })
  made.confirmed.catch(() => {})
  return made
}

export function textsOf(messages: readonly (Outgoing | undefined)[]): (string | undefined)[] {
  return messages.map((one) => one?.message.body.toString())
}
