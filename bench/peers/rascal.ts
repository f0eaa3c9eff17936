import rascal from 'rascal'
import { type Client, eventType, pattern, type Place, type Publish, queueArguments } from '../contenders/client.ts'
import type { Data } from '../payload.ts'

const confirmLimitMs = 60_000

type Broker = Awaited<ReturnType<typeof rascal.BrokerAsPromised.create>>

/** With its own pool of five channels, each with one unconfirmed event at a time. */
export async function connect(place: Place): Promise<Client> {
  const brokers: Broker[] = []
  const open = async (config: object): Promise<Broker> => {
    const broker = await rascal.BrokerAsPromised.create(rascal.withDefaultConfig(config))
    broker.on('error', () => {})
    brokers.push(broker)
    return broker
  }
  return {
    publisher: async () => publisherOf(await open(publishing(place))),
    async subscribe(handle, queue) {
      const broker = await open(subscribing({ ...place, queue }))
      const subscription = await broker.subscribe('bench')
      subscription.on('error', () => {})
      subscription.on('message', (_message, content, acknowledge) => {
        handle(content as Data)
        acknowledge()
      })
    },
    async close() {
      for (const broker of brokers) await broker.shutdown()
    },
  }
}

function publisherOf(broker: Broker): Publish {
  return async (data) => {
    const publication = await broker.publish('bench', data)
    await new Promise((resolve, reject) => publication.on('success', resolve).on('error', reject))
  }
}

function publishing(place: Place): object {
  const publication = {
    exchange: place.exchange,
    routingKey: eventType,
    options: { persistent: true },
    timeout: confirmLimitMs,
  }
  return { vhosts: { '/': vhostOf(place) }, publications: { bench: { vhost: '/', ...publication } } }
}

function subscribing(place: Place): object {
  const { exchange, queue, prefetch } = place
  const queues = { [queue]: { options: { durable: true, arguments: queueArguments } } }
  const bindings = { bench: { source: exchange, destination: queue, bindingKey: pattern } }
  return {
    vhosts: { '/': { ...vhostOf(place), queues, bindings } },
    subscriptions: { bench: { vhost: '/', queue, prefetch } },
  }
}

function vhostOf({ url, exchange }: Place): object {
  return { connection: { url }, exchanges: { [exchange]: { type: 'topic', options: { durable: true } } } }
}
