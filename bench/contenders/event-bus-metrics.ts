import { Registry } from 'prom-client'
import { createEventBus } from '../../src/index.ts'
import { collectMetrics } from '../../src/metrics/index.ts'
import type { Client, Place } from './client.ts'
import { clientOf, transportOf } from './event-bus.ts'

/** This bus, scraped every second. */
export async function connect(place: Place): Promise<Client> {
  const bus = createEventBus({ source: 'bench', instance: place.instance, transport: transportOf(place) })
  const register = new Registry()
  collectMetrics(bus, { register })
  setInterval(() => void register.metrics(), 1_000).unref()
  return clientOf(bus)
}
