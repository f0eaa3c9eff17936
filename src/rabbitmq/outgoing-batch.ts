import { batchType } from '../core/cloud-events.ts'
import { newEventId } from '../core/event-id.ts'
import type { BatchLimits } from './batching-options.ts'
import { homeHeader } from './codec.ts'
import type { MessageProperties } from './driver.ts'
import type { Outgoing, WireMessage } from './outgoing.ts'

/** Whether it may share a message. What was refused before goes alone, for its own outcome. */
export function mayJoin({ message, refusals }: Outgoing): boolean {
  return message.joins === true && refusals === 0
}

const [opening, comma, closing] = ['[', ',', ']'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer]

/**
 * Events of one type that leave as one message, in the batch format of CloudEvents; they are JSON already.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md#4-json-batch-format
 */
export class Batch {
  /** Of this message: the same events, sent again, are in another one. */
  readonly id: string = newEventId()
  readonly events: Outgoing[]
  readonly #first: WireMessage
  readonly #limits: BatchLimits
  #bytes: number

  constructor(first: Outgoing, limits: BatchLimits) {
    this.events = [first]
    this.#first = first.message
    this.#limits = limits
    this.#bytes = first.bytes
  }

  get isFull(): boolean {
    return this.events.length >= this.#limits.maxEvents || this.#bytes >= this.#limits.maxBytes
  }

  isOfType({ message }: Outgoing): boolean {
    return message.routingKey === this.#first.routingKey
  }

  /** Answers false for one of its type that it cannot take: then it must not take those behind, which would overtake it. */
  take(next: Outgoing): boolean {
    const fits = !this.isFull && this.#bytes + next.bytes <= this.#limits.maxBytes
    if (!fits || !mayJoin(next) || !travelsAlike(this.#first, next.message)) return false
    this.events.push(next)
    this.#bytes += next.bytes
    return true
  }

  get message(): WireMessage {
    const { exchange, routingKey, properties, what } = this.#first
    const pieces = this.events.flatMap(({ message }, index) => [index === 0 ? opening : comma, message.body])
    const body = Buffer.concat([...pieces, closing])
    return { exchange, routingKey, body, properties: this.#propertiesFrom(properties), what }
  }

  /** They were written to the channel. */
  written(): void {
    for (const outgoing of this.events) outgoing.written(this.id)
  }

  /** What is true of all; the rest stands in the events. */
  #propertiesFrom({ type = '', deliveryMode = 2, mandatory = false, headers }: MessageProperties): MessageProperties {
    const home = homeIn(headers)
    const common = { messageId: this.id, type, contentType: batchType, deliveryMode, mandatory }
    return home === undefined ? common : { ...common, headers: { [homeHeader]: home } }
  }
}

/** All that may join goes to one exchange, and is equally durable. */
function travelsAlike({ properties: one }: WireMessage, { properties: other }: WireMessage): boolean {
  return one.mandatory === other.mandatory && homeIn(one.headers) === homeIn(other.headers)
}

function homeIn(headers: MessageProperties['headers']): string | undefined {
  return (headers as Readonly<Record<string, string>> | undefined)?.[homeHeader]
}
