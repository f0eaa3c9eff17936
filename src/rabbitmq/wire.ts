import { Batch } from './outgoing-batch.ts'
import { ConfirmWindow } from './confirm-window.ts'
import type { Channel, ReturnedMessage } from './driver.ts'
import type { Outgoing } from './outgoing.ts'

/** What one message carries. */
export type Parcel = Outgoing | Batch

/** What the broker says of the events that were written. */
interface WireListener {
  confirmed(events: readonly Outgoing[]): void
  /** Refused by one queue at least; others may have taken them. */
  nacked(events: readonly Outgoing[]): void
}

/** The publisher's channel of now, with what was written to it and has no answer: that dies with it. */
export class Wire {
  readonly channel: Channel
  readonly openedAt: number = Date.now()
  readonly #unconfirmed = new ConfirmWindow()

  constructor(channel: Channel, listener: WireListener) {
    this.channel = channel
    channel.on('ack', ({ deliveryTag, multiple }) => listener.confirmed(this.#unconfirmed.take(deliveryTag, multiple)))
    channel.on('nack', ({ deliveryTag, multiple }) => listener.nacked(this.#unconfirmed.take(deliveryTag, multiple)))
    channel.on('return', (message: ReturnedMessage) => this.#returned(message))
  }

  /** How many messages wait for their confirm. */
  get messages(): number {
    return this.#unconfirmed.size
  }

  /** The events that wait for their confirm, in the order of writing. */
  get unconfirmed(): Outgoing[] {
    return this.#unconfirmed.rest()
  }

  /** Answers false when the channel is closing, about which it will tell. Throws for what AMQP has no room for. */
  write(parcel: Parcel): boolean {
    const { exchange, routingKey, body, properties } = parcel.message
    try {
      this.channel.publish(exchange, routingKey, body, properties)
    } catch (error) {
      if ((error as Error).name === 'IllegalOperationError') return false
      throw error
    }
    parcel.written()
    this.#unconfirmed.add(parcel)
    return true
  }

  /** The return of an unroutable message always comes before its confirm. */
  #returned({ fields, properties }: ReturnedMessage): void {
    const copy: unknown = properties.headers?.['event-bus-copy']
    for (const outgoing of this.#unconfirmed.rest()) {
      const { exchange, routingKey, properties: own } = outgoing.message
      // One event can be under way to several queues, as copies that have its id.
      if (
        own.mandatory &&
        (outgoing.batch ?? own.messageId) === properties.messageId &&
        exchange === fields.exchange &&
        routingKey === fields.routingKey &&
        (own.headers as Record<string, unknown> | undefined)?.['event-bus-copy'] === copy
      )
        outgoing.returned = true
    }
  }
}

/** The events of a message. */
export function eventsOf(parcel: Parcel): readonly Outgoing[] {
  return parcel instanceof Batch ? parcel.events : [parcel]
}
