import { expect } from 'vitest'
import { test } from '../../support/chaos/script.ts'
import { fewerSeeds } from '../../support/chaos/seeds.ts'
import { Random } from '../../support/random.ts'

test.for(fewerSeeds)(
  'a broker that closes all connections 50 times loses no confirmed event, and keeps no connection too many, seed %i',
  async (seed, { broker, startFleet }) => {
    const random = new Random(seed)
    const fleet = await startFleet()
    for (let time = 1; time <= 50; time++) {
      await fleet.confirmedMore(random.integer(1, 50))
      await broker.ctl('close_all_connections', 'test')
    }
    await fleet.finishAndSettle()
    const connections = (await broker.ctl('list_connections', '-s', 'pid')).trim().split('\n')
    expect(connections).toHaveLength(2 * 5)
  },
)
