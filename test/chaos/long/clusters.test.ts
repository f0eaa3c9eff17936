import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { PublishPolicy } from '../../../src/index.ts'
import { ClustersLoad } from '../../support/clusters-load.ts'
import { type PrivateBroker, startBroker } from '../../support/rabbitmq/private-broker.ts'
import { TestClusters } from '../../support/test-clusters.ts'
import { waitFor } from '../../support/wait-for.ts'

const names = ['eu', 'us', 'asia'] as const
let brokers: Map<string, PrivateBroker>
let clusters: TestClusters

const brokerOf = (name: string): PrivateBroker => brokers.get(name) as PrivateBroker

beforeAll(async () => {
  brokers = new Map()
  // One after the other: starting is what a broker needs most processor time for.
  for (const name of names) brokers.set(name, await startBroker())
})

afterAll(() => Promise.all(Array.from(brokers.values(), (broker) => broker.remove())))

beforeEach(() => Promise.all(Array.from(brokers.values(), (broker) => broker.start())))

afterEach(async () => {
  // A script that failed may have left them in any state.
  await Promise.all(Array.from(brokers.values(), (broker) => broker.start()))
  await clusters.end()
})

test.for<[number, PublishPolicy]>([
  [2, 'all'],
  [2, 'any'],
  [2, 'failover'],
  [3, 'any'],
])(
  '%i clusters, policy %s: each broker is killed in turn under load, and started again; nothing is lost',
  { timeout: 300_000 },
  async ([count, publishPolicy]) => {
    clusters = await TestClusters.start(
      Object.fromEntries(names.slice(0, count).map((name) => [name, brokerOf(name).url])),
    )
    const load = await ClustersLoad.start(clusters, { publishPolicy, failoverAfterMs: 300, failbackAfterMs: 1_000 })
    // RabbitMQ fact: a quorum queue that was declared less than a second before its only node is killed never recovers.
    await sleep(2_000)
    for (const { name } of clusters.all) {
      await load.more(200)
      await brokerOf(name).kill()
      await load.more(100)
      await brokerOf(name).start()
      await waitFor(() => load.publisher.cluster(name).status === 'open', {
        timeoutMs: 60_000,
        message: `${name} open`,
      })
    }
    await load.more(200)
    // What was in flight when a home moved, and what a member had in hand: another one may have it again.
    expect(await load.settle()).toBeLessThan(500)
  },
)
