import { startNullBroker } from '../broker/start-null-broker.ts'
import { placeOn } from '../broker/stage.ts'
import { type ClientName, clients } from '../contenders/registry.ts'
import { type Axis, type Measures, microseconds } from './axis.ts'

/** What each end costs its own process, on a broker that does nothing. */
export const nullBroker: Axis<ClientName> = {
  name: 'null',
  about: 'against a broker that does nothing',
  onBroker: false,
  contenders: clients,
  async measure(contender, scene): Promise<Measures> {
    const broker = await startNullBroker(scene.patience)
    try {
      const place = placeOn(broker.url, 'bench', scene.inFlight)
      // The publisher also leaves a message there, for the receiver to get.
      const published = await (await scene.start(contender, 'publish', place)).run()
      const receiver = await scene.start(contender, 'receive', place)
      const receiving = receiver.run()
      broker.deliver(scene.events)
      const received = await receiving
      return {
        'published events/s': scene.events / published.seconds,
        'publisher CPU us/event': microseconds(published.cpuSeconds, scene.events),
        'received events/s': scene.events / received.seconds,
        'receiver CPU us/event': microseconds(received.cpuSeconds, scene.events),
      }
    } finally {
      broker.stop()
    }
  },
}
