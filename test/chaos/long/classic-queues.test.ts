import { doHarm } from '../../support/chaos/random-faults.ts'
import { test } from '../../support/chaos/script.ts'
import { seeds } from '../../support/chaos/seeds.ts'
import { Random } from '../../support/random.ts'

// The way of an event is that of all queues: once is enough.
test.for(seeds.slice(0, 1))(
  'every kind of fault, in any order, loses no confirmed event on classic queues, seed %i',
  async (seed, { broker, proxy, proxyUrl, startFleet }) => {
    const fleet = await startFleet({ url: proxyUrl, heartbeatSeconds: 1, handleMs: 5, queueType: 'classic' })
    await doHarm({ broker, proxy, fleet }, new Random(seed))
    await fleet.finishAndSettle()
  },
)
