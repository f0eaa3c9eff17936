import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { fewerSeeds } from '../../support/chaos/seeds.ts'
import { Fleet } from '../../support/members/fleet.ts'
import { Random } from '../../support/random.ts'
import { type Cluster, startCluster } from '../../support/rabbitmq/cluster.ts'
import type { PrivateBroker } from '../../support/rabbitmq/private-broker.ts'

let cluster: Cluster
let fleet: Fleet

beforeAll(async () => {
  cluster = await startCluster(3)
})

afterAll(() => cluster.remove())

afterEach(async () => {
  await Promise.all(cluster.nodes.map((node) => node.start()))
  await fleet.end()
})

test.for(fewerSeeds)(
  'a cluster of three goes on while one node is killed, be it that of the clients or that of a leader, seed %i',
  async (seed) => {
    const random = new Random(seed)
    const hosts = cluster.nodes.map(({ port }) => `127.0.0.1:${port}`)
    const [first] = cluster.nodes as [PrivateBroker]
    fleet = new Fleet({ url: first.url, hosts, brokerUrl: first.url })
    await fleet.start()
    fleet.publish()
    // All clients begin with the first host.
    for (const choose of [() => first, () => leaderOf(fleet.groupQueue)]) {
      await fleet.confirmedMore(random.integer(1, 1_000))
      const victim = await choose()
      await victim.kill()
      await fleet.confirmedMore(1_000)
      await victim.start()
      await cluster.complete()
    }
    await fleet.finishAndSettle()
  },
)

/** The node with the queue's leader; the queue lies on all three. */
async function leaderOf(queue: string): Promise<PrivateBroker> {
  const [node] = cluster.nodes as [PrivateBroker]
  const lines = (await node.ctl('list_queues', '-s', 'name', 'leader', 'online')).split('\n')
  const line = lines.find((one) => one.startsWith(`${queue}\t`)) ?? ''
  const [, leader, online] = line.split('\t')
  expect(online?.split(',')).toHaveLength(3)
  const found = cluster.nodes.find(({ nodeName }) => nodeName === leader)
  if (!found) throw new Error(`no leader in '${line}'`)
  return found
}
