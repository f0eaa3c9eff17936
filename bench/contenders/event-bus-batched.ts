import { createEventBus } from '../../src/index.ts'
import type { Client, Place } from './client.ts'
import { clientOf, transportOf } from './event-bus.ts'

/** This bus, which sends what waits together. */
export async function connect(place: Place): Promise<Client> {
  const transport = transportOf(place, { batching: true })
  return clientOf(createEventBus({ source: 'bench', instance: place.instance, transport }))
}
