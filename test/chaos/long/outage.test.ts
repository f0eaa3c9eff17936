import { test } from '../../support/chaos/script.ts'
import { fewerSeeds } from '../../support/chaos/seeds.ts'
import { Random } from '../../support/random.ts'
import { waitFor } from '../../support/wait-for.ts'

const perSecond = 200
const outageMs = 60_000

test.for(fewerSeeds)(
  'what is published all through an outage of a minute goes out when the broker is back, seed %i',
  async (seed, { broker, startFleet }) => {
    const fleet = await startFleet({ perSecond })
    await fleet.confirmedMore(new Random(seed).integer(1, 1_000))
    await broker.stop()
    const end = performance.now() + outageMs
    await fleet.publishedMore((2 * perSecond * outageMs) / 1_000)
    await waitFor(() => performance.now() >= end, { timeoutMs: outageMs })
    await broker.start()
    await fleet.finishAndSettle()
  },
)
