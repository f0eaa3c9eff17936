import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import type { PublishPolicy } from '../../src/index.ts'
import { ClustersLoad } from '../support/clusters-load.ts'
import { TestClusters } from '../support/test-clusters.ts'
import { waitFor } from '../support/wait-for.ts'

const url = inject('amqpUrl')
/** Of a group: what was in flight at a fault, and what a member had in hand, another one may have again. */
const mostDuplicates = 250
let clusters: TestClusters

beforeEach(async () => {
  clusters = await TestClusters.start({ eu: url, us: url })
})

afterEach(() => clusters.end())

const startLoad = (publishPolicy: PublishPolicy): Promise<ClustersLoad> =>
  ClustersLoad.start(clusters, { publishPolicy, failoverAfterMs: 200, failbackAfterMs: 300 })

const isBack = (load: ClustersLoad, name: string): Promise<unknown> =>
  waitFor(() => load.publisher.cluster(name).status === 'open', { message: `${name} open` })

describe.each<PublishPolicy>(['all', 'any', 'failover'])('policy %s, under load', { timeout: 180_000 }, (policy) => {
  test('each cluster goes away in turn, and comes back: nothing is lost', async () => {
    const load = await startLoad(policy)
    for (const cluster of clusters.all) {
      await load.more(200)
      cluster.goAway()
      await load.more(50)
      cluster.return()
      await isBack(load, cluster.name)
    }
    await load.more(200)
    expect(await load.settle()).toBeLessThan(mostDuplicates)
  })

  test('a cluster that falls silent in the middle of publishes holds up no other, and loses nothing', async () => {
    const load = await startLoad(policy)
    for (const { name, proxy } of clusters.all) {
      await load.more(200)
      proxy.stall()
      await load.more(100)
      // What was on its way there arrives, or goes out again.
      proxy.resume()
      proxy.cut()
      await isBack(load, name)
    }
    await load.more(200)
    expect(await load.settle()).toBeLessThan(mostDuplicates)
  })

  test('both go away and come back one after the other: nothing that was confirmed is lost', async () => {
    const load = await startLoad(policy)
    await load.more(200)
    for (const cluster of clusters.all) cluster.goAway()
    await waitFor(() => load.publisher.status === 'connecting')
    clusters.us.return()
    await load.more(100)
    clusters.eu.return()
    await isBack(load, 'eu')
    await load.more(200)
    expect(await load.settle()).toBeLessThan(mostDuplicates)
  })
})
