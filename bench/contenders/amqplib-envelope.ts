import { serializeData, stampEvent } from '../../src/core/stamp.ts'
import { encodeStructured } from '../../src/rabbitmq/codec.ts'
import type { Data } from '../payload.ts'
import type { Content } from './amqplib.ts'
import { connect as connectCorked } from './amqplib-corked.ts'
import { type Client, eventType, type Place } from './client.ts'

const options = { timeoutMs: 30_000, afterMs: 0, requireRoute: false, signal: undefined }

/** The fast amqplib with the message of the bus: what its envelope and its properties cost, without the rest of it. */
export async function connect(place: Place): Promise<Client> {
  return connectCorked(place, envelope)
}

function envelope(data: Data): Content {
  const event = stampEvent({ type: eventType, data }, 'bench')
  const { body, properties } = encodeStructured({ event, dataJson: serializeData(event), options }, true)
  return { body, options: properties }
}
