import { type Axis, type Measures, microseconds } from './axis.ts'
import { type ClientName, clients } from '../contenders/registry.ts'

/** Publishing with confirms to a queue of that type, which keeps what it gets. */
export function publishTo(queueType: 'classic' | 'quorum'): Axis<ClientName> {
  return {
    name: `publish-${queueType}`,
    about: `publish with confirms to a ${queueType} queue`,
    onBroker: true,
    contenders: clients,
    async measure(contender, scene): Promise<Measures> {
      const place = scene.place()
      await scene.declare(place, queueType)
      const publisher = await scene.start(contender, 'publish', place)
      const brokerSeconds = scene.brokerClock()
      const { seconds, cpuSeconds } = await publisher.run()
      return {
        'events/s': scene.events / seconds,
        'client CPU us/event': microseconds(cpuSeconds, scene.events),
        'broker CPU us/event': microseconds(brokerSeconds(), scene.events),
      }
    },
  }
}
