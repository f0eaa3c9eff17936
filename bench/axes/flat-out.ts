import { type ClientName, clients } from '../contenders/registry.ts'
import { type Axis, type Measures, microseconds } from './axis.ts'

/** From a publisher in one process to a receiver in another, as fast as it goes. */
export const flatOut: Axis<ClientName> = {
  name: 'flat-out',
  about: 'end to end, flat out, over a quorum queue',
  onBroker: true,
  contenders: clients,
  async measure(contender, scene): Promise<Measures> {
    const place = scene.place()
    const receiver = await scene.start(contender, 'receive', place)
    const publisher = await scene.start(contender, 'publish', place)
    const brokerSeconds = scene.brokerClock()
    const [received, published] = await Promise.all([receiver.run(), publisher.run()])
    return {
      'events/s': scene.events / Math.max(received.seconds, published.seconds),
      'publisher CPU us/event': microseconds(published.cpuSeconds, scene.events),
      'receiver CPU us/event': microseconds(received.cpuSeconds, scene.events),
      'broker CPU us/event': microseconds(brokerSeconds(), scene.events),
    }
  },
}
