import { NodeTracerProvider, NoopSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { createEventBus } from '../../src/index.ts'
import { traceEvents } from '../../src/opentelemetry/index.ts'
import type { Client, Place } from './client.ts'
import { clientOf, transportOf } from './event-bus.ts'

/** This bus with an SDK of OpenTelemetry that makes every span and throws it away. */
export async function connect(place: Place): Promise<Client> {
  new NodeTracerProvider({ spanProcessors: [new NoopSpanProcessor()] }).register()
  const bus = createEventBus({ source: 'bench', instance: place.instance, transport: transportOf(place) })
  traceEvents(bus)
  return clientOf(bus)
}
