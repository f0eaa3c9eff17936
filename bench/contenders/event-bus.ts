import type { UntypedBus } from '../../src/core/api.ts'
import { createEventBus } from '../../src/index.ts'
import { rabbitmq, type RabbitmqOptions } from '../../src/rabbitmq/index.ts'
import type { Data } from '../payload.ts'
import { type Client, eventType, pattern, type Place } from './client.ts'

/** This bus with its defaults. */
export async function connect(place: Place): Promise<Client> {
  return clientOf(createEventBus({ source: 'bench', instance: place.instance, transport: transportOf(place) }))
}

export function transportOf(
  { url, exchange, prefetch }: Place,
  options: RabbitmqOptions = {},
): ReturnType<typeof rabbitmq> {
  return rabbitmq({ url, exchangeName: exchange, prefetch, ...options })
}

export async function clientOf(bus: UntypedBus): Promise<Client> {
  await bus.ready
  return {
    publisher: async () => (data) => bus.publish({ type: eventType, data }),
    subscribe: (handle) => bus.subscribe(pattern, ({ data }) => handle(data as Data)).ready,
    close: async () => void (await bus.close()),
  }
}
