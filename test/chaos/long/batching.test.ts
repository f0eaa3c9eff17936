import { expect, onTestFinished, test as plainTest } from 'vitest'
import { createEventBus, silentLogger } from '../../../src/index.ts'
import { rabbitmq } from '../../../src/rabbitmq/index.ts'
import { doHarm } from '../../support/chaos/random-faults.ts'
import { test } from '../../support/chaos/script.ts'
import { seeds } from '../../support/chaos/seeds.ts'
import { receivers } from '../../support/members/fleet.ts'
import { startBroker } from '../../support/rabbitmq/private-broker.ts'
import { Random } from '../../support/random.ts'
import { waitFor } from '../../support/wait-for.ts'

test.for(seeds)(
  'events that travel together survive 20 cuts of all connections, seed %i',
  async (seed, { proxy, proxyUrl, startFleet }) => {
    const random = new Random(seed)
    const fleet = await startFleet({ url: proxyUrl, inFlight: 100, restMs: 0, batching: true })
    for (let cut = 1; cut <= 20; cut++) {
      await fleet.confirmedMore(random.integer(1, 500))
      proxy.cut()
    }
    await fleet.finishAndSettle()
  },
)

test.for(seeds)(
  'events that travel together are handled exactly once by a group whose instances restart one after the other, seed %i',
  async (seed, { startFleet }) => {
    const random = new Random(seed)
    const fleet = await startFleet({ inFlight: 20, restMs: 200, handleMs: 60, batching: true })
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
  'every kind of fault, in any order, loses no confirmed event of those that travel together, seed %i',
  async (seed, { broker, proxy, proxyUrl, startFleet }) => {
    const load = { inFlight: 20, restMs: 100, handleMs: 5, batching: true }
    const fleet = await startFleet({ url: proxyUrl, heartbeatSeconds: 1, ...load })
    await doHarm({ broker, proxy, fleet }, new Random(seed))
    await fleet.finishAndSettle()
  },
)

plainTest(
  'a batch that is too large for the broker comes apart, and costs only the event that is too large by itself',
  async () => {
    const broker = await startBroker({ config: ['max_message_size = 4000'] })
    onTestFinished(() => broker.remove())
    const transport = rabbitmq({ url: broker.url, batching: true, reconnect: { minMs: 10, maxMs: 100 } })
    await using bus = createEventBus({ source: 'test', logger: silentLogger, transport })
    const received: unknown[] = []
    await bus.subscribe('a.*', ({ data }) => void received.push(data)).ready
    const sizes = [1_000, 1_001, 1_002, 1_003, 5_000, 1_004, 1_005]
    const outcomes = await Promise.allSettled(sizes.map((size) => bus.publish({ type: 'a.b', data: 'x'.repeat(size) })))
    expect(outcomes.map((one) => one.status === 'fulfilled')).toEqual(sizes.map((size) => size < 4_000))
    expect(outcomes[4]).toMatchObject({ reason: { code: 'EVENT_TOO_LARGE' } })
    await waitFor(() => new Set(received).size === 6, { timeoutMs: 30_000 })
  },
)
