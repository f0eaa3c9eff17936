import { test as base } from 'vitest'
import { Fleet, type FleetOptions } from '../members/fleet.ts'
import { startBroker } from '../rabbitmq/private-broker.ts'
import { startTcpProxy } from '../tcp-proxy.ts'

/**
 * A test with what chaos needs: `broker`, a RabbitMQ of this file alone that runs when the test begins; `proxy` in front
 * of it and its `proxyUrl`; `startFleet`, which starts a fleet that publishes from then on.
 */
export const test = base
  // oxlint-disable-next-line no-empty-pattern -- vitest reads from the pattern which fixtures are wanted
  .extend('brokerOfFile', { scope: 'file' }, async ({}, { onCleanup }) => {
    const broker = await startBroker()
    onCleanup(() => broker.remove())
    return broker
  })
  .extend('broker', async ({ brokerOfFile }) => {
    await brokerOfFile.start()
    return brokerOfFile
  })
  .extend('proxy', async ({ broker }, { onCleanup }) => {
    const proxy = await startTcpProxy({ port: broker.port })
    onCleanup(() => proxy.close())
    return proxy
  })
  .extend('proxyUrl', ({ broker, proxy }) => broker.url.replace(String(broker.port), String(proxy.port)))
  .extend('startFleet', ({ broker, proxy }, { onCleanup }) => {
    const fleets: Fleet[] = []
    onCleanup(async () => {
      // A script that failed may have left them in any state; without a broker nobody can take leave of it.
      proxy.heal()
      await broker.start()
      await Promise.all(fleets.map((fleet) => fleet.end()))
    })
    return async (options: Partial<FleetOptions> = {}): Promise<Fleet> => {
      const fleet = new Fleet({ url: broker.url, brokerUrl: broker.url, ...options })
      fleets.push(fleet)
      await fleet.start()
      fleet.publish()
      return fleet
    }
  })
