import { expect } from 'vitest'
import { test } from '../support/chaos/script.ts'
import { seeds } from '../support/chaos/seeds.ts'
import { Random } from '../support/random.ts'

test.for(seeds)(
  'what subscribes, unsubscribes, closes and starts while the broker is away has its way when it is back, seed %i',
  async (seed, { broker, startFleet }) => {
    const fleet = await startFleet({ perSecond: 200 })
    await fleet.confirmedMore(new Random(seed).integer(1, 500))
    await broker.stop()
    const subscribed = fleet.subscribeOnceMore('receiver-1')
    await fleet.leaveGroup('receiver-2')
    const handled = fleet.handledInGroup('receiver-2')
    await fleet.terminateMember('receiver-3')
    const started = fleet.startMember('receiver-4')
    await fleet.publishedMore(1_000)

    await broker.start()
    await Promise.all([subscribed, started, fleet.startMember('receiver-3')])
    await fleet.finishAndSettle()
    expect(fleet.handledInGroup('receiver-2')).toBe(handled)
  },
)
