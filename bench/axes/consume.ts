import { type ClientName, clients, preloaderOf } from '../contenders/registry.ts'
import { type Axis, type Measures, microseconds } from './axis.ts'

/** Emptying a quorum queue that was filled before, with acknowledgements. */
export const consume: Axis<ClientName> = {
  name: 'consume',
  about: 'consume with acknowledgements from a full quorum queue',
  onBroker: true,
  contenders: clients,
  async measure(contender, scene): Promise<Measures> {
    const place = scene.place()
    await (await scene.start(contender, 'declare', place)).run()
    await (await scene.start(preloaderOf(contender), 'publish', place)).run()
    const receiver = await scene.start(contender, 'consume', place)
    const brokerSeconds = scene.brokerClock()
    const { seconds, cpuSeconds } = await receiver.run()
    return {
      'events/s': scene.events / seconds,
      'client CPU us/event': microseconds(cpuSeconds, scene.events),
      'broker CPU us/event': microseconds(brokerSeconds(), scene.events),
    }
  },
}
