import { createEventBus } from '../../src/index.ts'
import { traceEvents } from '../../src/opentelemetry/index.ts'
import type { Client, Place } from './client.ts'
import { clientOf, transportOf } from './event-bus.ts'

/** This bus with spans that go to the API of OpenTelemetry, and nobody behind it. */
export async function connect(place: Place): Promise<Client> {
  const bus = createEventBus({ source: 'bench', instance: place.instance, transport: transportOf(place) })
  traceEvents(bus)
  return clientOf(bus)
}
