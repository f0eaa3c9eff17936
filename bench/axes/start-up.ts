import { startNullBroker } from '../broker/start-null-broker.ts'
import { placeOn } from '../broker/stage.ts'
import { type ClientName, moduleOf } from '../contenders/registry.ts'
import type { StartUpOrders } from '../end/start-up.ts'
import type { Axis, Measures } from './axis.ts'

const program = new URL('../end/start-up.ts', import.meta.url)

/** What a program imports. Of this bus the built package, as it is published. */
const entries: Partial<Record<ClientName, string>> = {
  amqplib: 'amqplib',
  'rabbitmq-client': 'rabbitmq-client',
  'cloudamqp-amqp-client': '@cloudamqp/amqp-client',
  'amqp-connection-manager': 'amqp-connection-manager',
  rascal: 'rascal',
  'golevelup-nestjs-rabbitmq': '@golevelup/nestjs-rabbitmq',
  'event-bus': '../../dist/index.js',
}

/** From nothing to a connection that can publish. */
export const startUp: Axis<ClientName> = {
  name: 'start-up',
  about: 'import, and connect until it can publish',
  onBroker: false,
  contenders: Object.keys(entries) as ClientName[],
  async measure(contender, scene): Promise<Measures> {
    const broker = await startNullBroker(scene.patience)
    try {
      const place = placeOn(broker.url, 'bench', scene.inFlight)
      const orders: StartUpOrders = {
        module: moduleOf(contender),
        task: 'start up',
        place,
        entry: entries[contender] ?? '',
      }
      return await (await scene.startProgram<Measures>(program, orders)).run()
    } finally {
      broker.stop()
    }
  },
}
