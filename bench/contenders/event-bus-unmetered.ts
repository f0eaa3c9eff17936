import { Bus } from '../../src/core/bus.ts'
import { resolveBusOptions } from '../../src/core/options.ts'
import type { Client, Place } from './client.ts'
import { clientOf, transportOf } from './event-bus.ts'
import { NoMeter } from './no-meter.ts'

/** This bus without its counters, to see what counting costs. */
export async function connect(place: Place): Promise<Client> {
  const settings = resolveBusOptions(
    { source: 'bench', instance: place.instance, transport: transportOf(place) },
    undefined,
  )
  return clientOf(new Bus(settings, new NoMeter()))
}
