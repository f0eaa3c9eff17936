import { startCountingRelay } from '../broker/counting-relay.ts'
import type { ClientName } from '../contenders/registry.ts'
import type { Scene } from '../scene.ts'
import { type Axis, type Measures, microseconds } from './axis.ts'

const handlerCounts = [1, 10, 100] as const
const instanceCounts = [1, 4, 8] as const
/** A hundred handlers, each with its own queue, are a hundred deliveries for each event. */
const share = 100

/** One type of event that many want: handlers in one process, and processes. */
export const fanOut: Axis<ClientName> = {
  name: 'fan-out',
  about: 'one type of event for 1, 10 and 100 handlers of one instance, and for 1, 4 and 8 instances',
  onBroker: true,
  contenders: ['amqplib', 'amqplib-corked', 'event-bus'],
  async measure(contender, scene): Promise<Measures> {
    const events = Math.max(1, Math.round(scene.events / share))
    const found: Record<string, number | undefined> = {}
    for (const count of handlerCounts) Object.assign(found, await toHandlers(contender, scene, events, count))
    for (const count of instanceCounts) Object.assign(found, await toInstances(contender, scene, events, count))
    return found
  },
}

async function toHandlers(contender: ClientName, scene: Scene, events: number, handlers: number): Promise<Measures> {
  const place = scene.place(handlers)
  const relay = await startCountingRelay(place.url)
  try {
    const receiver = await scene.start(contender, 'receive', { ...place, url: relay.url }, { events, handlers })
    const publisher = await scene.start(contender, 'publish', place, { events })
    const [received] = await Promise.all([receiver.run(), publisher.run()])
    return {
      [`deliveries/event, ${handlers} handlers`]: relay.deliveries / events,
      [`receiver CPU us/event, ${handlers} handlers`]: microseconds(received.cpuSeconds, events),
    }
  } finally {
    relay.stop()
  }
}

async function toInstances(contender: ClientName, scene: Scene, events: number, instances: number): Promise<Measures> {
  const places = scene.places(instances)
  const receivers = await Promise.all(places.map((place) => scene.start(contender, 'receive', place, { events })))
  const publisher = await scene.start(contender, 'publish', places[0], { events })
  const brokerSeconds = scene.brokerClock()
  const done = await Promise.all([...receivers, publisher].map((end) => end.run()))
  return {
    [`events/s, ${instances} instances`]: events / Math.max(...done.map(({ seconds }) => seconds)),
    [`broker CPU us/event, ${instances} instances`]: microseconds(brokerSeconds(), events),
  }
}
