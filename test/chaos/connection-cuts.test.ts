import { expect } from 'vitest'
import { Random } from '../support/random.ts'
import { test } from '../support/chaos/script.ts'
import { seeds } from '../support/chaos/seeds.ts'

const events = 2_500
const cuts = 20
const inFlight = 25
const prefetch = 50

test.for(seeds)(
  'every confirmed event reaches every instance and the group, though all connections are cut 20 times, seed %i',
  async (seed, { proxy, proxyUrl, startFleet }) => {
    const random = new Random(seed)
    const fleet = await startFleet({ url: proxyUrl, events, inFlight, prefetch, restMs: 0 })
    for (let cut = 1; cut <= cuts; cut++) {
      await fleet.confirmedMore(random.integer(1, 200))
      proxy.cut()
    }
    for (const { where, duplicates } of await fleet.settle()) {
      // At each cut an event can be doubled by a publisher (sent, not confirmed) or by the broker (received, not settled).
      const atMost = cuts * (2 * inFlight + (where === 'group' ? prefetch * 3 : 0))
      expect(duplicates, `duplicates at ${where}`).toBeLessThanOrEqual(atMost)
    }
  },
)
