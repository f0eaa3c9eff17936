import { batchType, structuredType } from '../core/cloud-events.ts'
import { asError, EventBusError } from '../core/errors.ts'
import type { BusEvent } from '../core/event.ts'
import { decodeEnvelope, parseJson, undecodable } from './codec.ts'
import type { Message } from './driver.ts'
import { cutElements } from './json-elements.ts'

/** One event of a batch, and the message that it would be by itself; or why it is none. */
export type BatchPart = { readonly message: Message } & (
  | { readonly event: BusEvent; readonly fault?: undefined }
  | { readonly event: undefined; readonly fault: EventBusError }
)

/** Whether a message carries several events, in the batch format of CloudEvents. */
export function isBatch({ properties: { contentType } }: Message): boolean {
  return typeof contentType === 'string' && contentType.toLowerCase().startsWith(batchType)
}

/**
 * The events of a batch, in their order; none where it is empty, which the format allows. One that is broken leaves the
 * others as they are. Throws `EVENT_UNDECODABLE` for what is no JSON array.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md#4-json-batch-format
 */
export function unpack(batch: Message): readonly BatchPart[] {
  const envelopes = parseJson(batch)
  if (!Array.isArray(envelopes)) throw undecodable(batch, 'it is no JSON array, as a batch of events must be')
  const elements = new Elements(batch.content)
  return envelopes.map((envelope: unknown, index) => partOf(envelope, batch, index, elements))
}

/**
 * Tells a batch from others when it comes again. A publisher of the bus gives each an id of its own; others may give
 * none, or the same to all.
 */
export function idOfBatch({ properties }: Message, parts: readonly BatchPart[]): string {
  return [properties.messageId, parts.length, parts[0]?.event?.id, parts.at(-1)?.event?.id].join(' ')
}

function partOf(envelope: unknown, batch: Message, index: number, elements: Elements): BatchPart {
  try {
    const event = decodeEnvelope(batch, envelope)
    return { event, message: new PartMessage(batch, event, index, elements) }
  } catch (cause) {
    const fault = new EventBusError('EVENT_UNDECODABLE', `Event ${index + 1} of a batch: ${asError(cause).message}`)
    return { event: undefined, fault, message: new PartMessage(batch, undefined, index, elements) }
  }
}

/** One event of a batch as a message of its own. Made up when it is asked for: most events are never sent on. */
class PartMessage implements Message {
  readonly #batch: Message
  readonly #event: BusEvent | undefined
  readonly #index: number
  readonly #elements: Elements

  constructor(batch: Message, event: BusEvent | undefined, index: number, elements: Elements) {
    this.#batch = batch
    this.#event = event
    this.#index = index
    this.#elements = elements
  }

  get content(): Buffer {
    return this.#elements.at(this.#index)
  }

  get fields(): Message['fields'] {
    return this.#batch.fields
  }

  get properties(): Message['properties'] {
    const { properties } = this.#batch
    const { id, type, source, correlationId } = this.#event ?? {}
    return {
      ...properties,
      contentType: structuredType,
      messageId: id ?? properties.messageId,
      type: type ?? properties.type,
      appId: source ?? properties.appId,
      correlationId,
    }
  }
}

/** The bytes of each event, cut when the first of them is asked for. */
class Elements {
  readonly #json: Buffer
  #elements: readonly Buffer[] | undefined

  constructor(json: Buffer) {
    this.#json = json
  }

  at(index: number): Buffer {
    this.#elements ??= cutElements(this.#json)
    return this.#elements[index] as Buffer
  }
}
