import { z } from 'zod'
import type { UntypedBus } from '../../src/core/api.ts'
import { createEventBus, defineCatalog, defineEvent } from '../../src/index.ts'
import type { Client, Place } from './client.ts'
import { clientOf, transportOf } from './event-bus.ts'

const schema = z.object({ number: z.number(), sentAt: z.number(), text: z.string() })
const events = defineCatalog([defineEvent('bench.event', schema)])

/** This bus with a schema that checks every event, when it is published and again when it arrives. */
export async function connect(place: Place): Promise<Client> {
  const bus = createEventBus({
    source: 'bench',
    instance: place.instance,
    transport: transportOf(place),
    events,
    validate: 'both',
  })
  return clientOf(bus as unknown as UntypedBus)
}
