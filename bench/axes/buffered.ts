import { startNullBroker } from '../broker/start-null-broker.ts'
import { placeOn } from '../broker/stage.ts'
import { type ClientName, clients, moduleOf } from '../contenders/registry.ts'
import type { BufferedOrders } from '../end/buffered.ts'
import type { Axis, Measures } from './axis.ts'

const program = new URL('../end/buffered.ts', import.meta.url)
/** As many as the bus keeps by default. */
const events = 100_000

/** What a publisher holds for a broker that has stopped reading. */
export const buffered: Axis<ClientName> = {
  name: 'buffered',
  about: 'memory of a process with 100,000 events that the broker does not take',
  onBroker: false,
  contenders: clients,
  async measure(contender, scene): Promise<Measures> {
    const broker = await startNullBroker(scene.patience)
    try {
      const place = placeOn(broker.url, 'bench', scene.inFlight)
      const orders: BufferedOrders = { module: moduleOf(contender), task: 'buffer', place, events }
      const publisher = await scene.startProgram<Measures>(program, orders)
      broker.mute()
      return await publisher.run()
    } finally {
      broker.stop()
    }
  },
}
