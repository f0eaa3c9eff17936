import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '../../support/chaos/script.ts'
import { fewerSeeds } from '../../support/chaos/seeds.ts'
import { Random } from '../../support/random.ts'

// With the default heartbeat of 10 seconds: the short scripts have one of a second.

test.for(fewerSeeds)(
  'a network through which nothing passes for 30 seconds loses no confirmed event, seed %i',
  async (seed, { proxy, proxyUrl, startFleet }) => {
    const fleet = await startFleet({ url: proxyUrl, perSecond: 100 })
    await fleet.confirmedMore(new Random(seed).integer(1, 500))
    proxy.stall()
    await sleep(30_000)
    proxy.resume()
    await fleet.finishAndSettle()
  },
)

test.for(fewerSeeds)(
  'connections that went silent are replaced, though the broker counts them on for half a minute, seed %i',
  async (seed, { proxy, proxyUrl, startFleet }) => {
    const fleet = await startFleet({ url: proxyUrl, perSecond: 100 })
    await fleet.confirmedMore(new Random(seed).integer(1, 500))
    proxy.strand()
    await fleet.finishAndSettle()
  },
)
