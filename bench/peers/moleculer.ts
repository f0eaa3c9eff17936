import { ServiceBroker } from 'moleculer'
import type { LocalBus } from '../local/contender.ts'

/** A node without a transporter; a subscription is a service. */
export async function open(): Promise<LocalBus> {
  const broker = new ServiceBroker({ logger: false })
  await broker.start()
  let services = 0
  return {
    async subscribe(pattern, handle) {
      const name = `bench-${services++}`
      broker.createService({ name, events: { [pattern]: { handler: ({ params }) => handle(params) } } })
      await broker.waitForServices(name)
    },
    publish: (type, data) => broker.emit(type, data),
  }
}
