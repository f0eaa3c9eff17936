import { expect } from 'vitest'
import { test } from '../support/chaos/script.ts'
import { seeds } from '../support/chaos/seeds.ts'
import { receivers } from '../support/members/fleet.ts'
import { Random } from '../support/random.ts'
import { waitFor } from '../support/wait-for.ts'

const prefetch = 50
// Each instance handles ten at a time, a little slower than they come: it has as much in hand as it may.
const busy = { perSecond: 100, handleMs: 60, prefetch }

test.for(seeds)(
  'an instance that is killed gets, when it is back, what it had in hand and what came meanwhile, seed %i',
  async (seed, { broker, startFleet }) => {
    const random = new Random(seed)
    const victim = random.pick(receivers)
    const fleet = await startFleet(busy)
    const inHand = async (): Promise<boolean> =>
      (await broker.ctl('list_queues', '-s', 'name', 'messages_unacknowledged')).includes(`${victim}\t${prefetch}`)
    await waitFor(inHand, { message: `${prefetch} events in hand of ${victim}` })
    await fleet.killMember(victim)
    await fleet.confirmedMore(random.integer(1, 500))
    await fleet.startMember(victim)
    await fleet.finishAndSettle()
  },
)

test.for(seeds)(
  'three instances of a group that restart one after the other handle every event exactly once, seed %i',
  async (seed, { startFleet }) => {
    const random = new Random(seed)
    const fleet = await startFleet(busy)
    for (const name of random.shuffled(receivers)) {
      await fleet.confirmedMore(random.integer(1, 300))
      expect(await fleet.terminateMember(name)).toMatchObject({ unfinishedDeliveries: 0, unconfirmedEvents: 0 })
      await fleet.confirmedMore(random.integer(1, 100))
      await fleet.startMember(name)
    }
    for (const { where, duplicates } of await fleet.finishAndSettle()) expect(duplicates, where).toBe(0)
  },
)

test.for(seeds)(
  'a member that leaves its group under load hands out nothing twice, seed %i',
  async (seed, { startFleet }) => {
    const random = new Random(seed)
    const fleet = await startFleet(busy)
    await fleet.confirmedMore(random.integer(100, 300))
    await fleet.leaveGroup(random.pick(receivers))
    for (const { where, duplicates } of await fleet.finishAndSettle()) expect(duplicates, where).toBe(0)
  },
)

test.for(seeds)(
  'a publisher that is killed loses nothing that was confirmed to it, seed %i',
  async (seed, { startFleet }) => {
    const random = new Random(seed)
    const fleet = await startFleet({ inFlight: 100 })
    await fleet.confirmedMore(random.integer(1, 1_000))
    await fleet.killMember('publisher-1')
    await fleet.confirmedMore(random.integer(1, 500))
    await fleet.startMember('publisher-1')
    await fleet.finishAndSettle()
  },
)

test.for(seeds)(
  'a publisher that closes under load leaves nothing unconfirmed, seed %i',
  async (seed, { startFleet }) => {
    const fleet = await startFleet({ inFlight: 100 })
    await fleet.confirmedMore(new Random(seed).integer(1, 1_000))
    expect(await fleet.terminateMember('publisher-2')).toMatchObject({ unconfirmedEvents: 0 })
    await fleet.finishAndSettle()
  },
)
