import { test } from '../support/chaos/script.ts'
import { seeds } from '../support/chaos/seeds.ts'
import { Random } from '../support/random.ts'

// The same with the default heartbeat takes half a minute: long/half-open.test.ts.
const heartbeatSeconds = 1

test.for(seeds)(
  'connections that went silent are found out and replaced, though the broker still counts them, seed %i',
  async (seed, { proxy, proxyUrl, startFleet }) => {
    const fleet = await startFleet({ url: proxyUrl, heartbeatSeconds })
    await fleet.confirmedMore(new Random(seed).integer(1, 500))
    proxy.strand()
    await fleet.finishAndSettle()
  },
)
