import { expect } from 'vitest'
import { closeAllChannels, closeConsumingChannels } from '../support/chaos/channel-closes.ts'
import { test } from '../support/chaos/script.ts'
import { seeds } from '../support/chaos/seeds.ts'
import { Random } from '../support/random.ts'
import type { PrivateBroker } from '../support/rabbitmq/private-broker.ts'

const closes = [closeAllChannels, closeConsumingChannels]

test.for(seeds)(
  'channels that the broker closes are opened again, the connections stay, seed %i',
  async (seed, { broker, startFleet }) => {
    const random = new Random(seed)
    const fleet = await startFleet()
    const connections = await publishingConnections(broker)
    for (const close of random.shuffled([...closes, ...closes])) {
      await fleet.confirmedMore(random.integer(1, 200))
      await close(broker)
    }
    await fleet.finishAndSettle()
    expect(connections).toHaveLength(5)
    expect(await publishingConnections(broker)).toEqual(connections)
  },
)

/**
 * Only these: RabbitMQ goes on delivering for a moment on a channel that it has closed, and amqplib gives up the whole
 * connection for that.
 */
async function publishingConnections(broker: PrivateBroker): Promise<string[]> {
  const lines = (await broker.ctl('list_connections', '-s', 'pid', 'client_properties')).split('\n')
  return lines.filter((line) => /connection_name.*? publish/.test(line)).sort()
}
