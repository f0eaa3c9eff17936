import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { createEventBus, type PartiallyPublished, silentLogger } from '../../src/index.ts'
import { onChannel } from '../support/rabbitmq/topology.ts'
import { TestClusters } from '../support/test-clusters.ts'
import { waitFor } from '../support/wait-for.ts'

const url = inject('amqpUrl')
let clusters: TestClusters

beforeEach(async () => {
  clusters = await TestClusters.start({ eu: url, us: url })
  for (const group of ['work', 'late']) clusters.removeLater(`group:${group}:a.*`)
})

afterEach(() => clusters.end())

/** Numbers from 0, as they arrive. */
class Numbers {
  readonly all: number[] = []
  readonly from = new Set<string | undefined>()
  readonly handle = ({ data }: { data: unknown }, { cluster }: { cluster: string | undefined }): void => {
    this.all.push(data as number)
    this.from.add(cluster)
  }

  get different(): number {
    return new Set(this.all).size
  }

  get duplicates(): number {
    return this.all.length - this.different
  }

  async reach(count: number): Promise<void> {
    await waitFor(() => this.different >= count, {
      message: `${count} events, not ${this.different}`,
    })
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, number) => number)

describe('both there', () => {
  test('what goes to all clusters is handled once by each instance, and once in a group', async () => {
    // However slow a broker is, the home stays where it is.
    const [bus, member] = [clusters.bus({ failoverAfterMs: 60_000 }), clusters.bus({ failoverAfterMs: 60_000 })]
    const [everywhere, shared] = [new Numbers(), new Numbers()]
    await Promise.all([
      bus.subscribe('a.*', everywhere.handle).ready,
      bus.subscribe('a.*', shared.handle, { group: 'work' }).ready,
      member.subscribe('a.*', shared.handle, { group: 'work' }).ready,
    ])
    await Promise.all(upTo(200).map((data) => bus.publish({ type: 'a.b', data })))
    await Promise.all([everywhere.reach(200), shared.reach(200)])
    // Each copy is acknowledged, whoever handles it: the instance has two of each, the group's standby copies are at us.
    await waitFor(
      () => bus.cluster('us').duplicates + bus.cluster('eu').duplicates + member.cluster('us').duplicates >= 400,
    )
    expect([everywhere.duplicates, shared.duplicates]).toEqual([0, 0])
    expect([...shared.from]).toEqual(['eu'])
  })

  test('a subscription to one cluster gets what that one has, beside one to all', async () => {
    const bus = clusters.bus()
    const [all, us] = [new Numbers(), new Numbers()]
    await Promise.all([bus.subscribe('a.*', all.handle).ready, bus.subscribeFromCluster('us', 'a.*', us.handle).ready])
    await bus.publish({ type: 'a.b', data: 1 }, { clusters: ['eu'] })
    await bus.publish({ type: 'a.b', data: 2 }, { clusters: ['us'] })
    await bus.publishToAll({ type: 'a.b', data: 3 })
    await Promise.all([all.reach(3), us.reach(2)])
    expect(new Set(all.all)).toEqual(new Set([1, 2, 3]))
    expect(all.duplicates).toBe(0)
    expect(us.all).toEqual([2, 3])
    expect([...us.from]).toEqual(['us'])
  })

  test('a bus that knows one cluster and one that knows both hear each other', async () => {
    const both = clusters.bus()
    const { transport } = clusters.us.options()
    const local = createEventBus({ source: 'test', logger: silentLogger, transport })
    clusters.closeLater(local)
    const [atBoth, atLocal] = [new Numbers(), new Numbers()]
    await Promise.all([both.subscribe('a.*', atBoth.handle).ready, local.subscribe('a.*', atLocal.handle).ready])
    await local.publish({ type: 'a.b', data: 1 })
    await both.publish({ type: 'a.b', data: 2 })
    await Promise.all([atBoth.reach(2), atLocal.reach(2)])
  })

  test('a name that is not one of its clusters is refused', async () => {
    const bus = clusters.bus()
    await expect(bus.publish({ type: 'a.b', data: 1 }, { clusters: ['asia'] })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining('eu, us') as string,
    })
    expect(() => bus.subscribeFromCluster('asia', 'a.*', () => {})).toThrow('eu, us')
    expect(() => bus.cluster('asia')).toThrow('eu, us')
  })
})

describe('one away', () => {
  test('policy all: the publish names who has it and who has not, and the other gets it when it returns', async () => {
    const bus = clusters.bus({ publishPolicy: 'all' })
    const atUs = new Numbers()
    await bus.subscribeFromCluster('us', 'a.*', atUs.handle).ready
    clusters.us.goAway()
    await waitFor(() => bus.cluster('us').status === 'connecting')
    const failure = await bus.publish({ type: 'a.b', data: 1 }, { timeoutMs: 3_000 }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'PARTIALLY_PUBLISHED', confirmed: ['eu'], event: { type: 'a.b' } })
    expect((failure as PartiallyPublished).failed.us?.code).toBe('PUBLISH_UNCONFIRMED')
    clusters.us.return()
    await atUs.reach(1)
  })

  test('policy all: a subscription that is made meanwhile is ready with the other one, and complete at the return', async () => {
    clusters.us.goAway()
    const bus = clusters.bus()
    const numbers = new Numbers()
    const subscription = bus.subscribe('a.*', numbers.handle)
    await subscription.ready
    await bus.publish({ type: 'a.b', data: 1 }, { clusters: ['eu'] })
    await numbers.reach(1)
    clusters.us.return()
    await waitFor(async () => (await bus.healthCheck()).status === 'pass', { timeoutMs: 30_000 })
    await bus.publish({ type: 'a.b', data: 2 }, { clusters: ['us'] })
    await numbers.reach(2)
  })

  test.for(['eu', 'us'] as const)(
    'policy any: publishes resolve while %s never answers, in bounded memory',
    async (silent) => {
      const bounded = { maxBufferedEvents: 50 }
      const bus = clusters.bus({ publishPolicy: 'any', failoverAfterMs: 200, transports: { eu: bounded, us: bounded } })
      const [numbers, shared] = [new Numbers(), new Numbers()]
      await bus.subscribe('a.*', numbers.handle).ready
      await bus.subscribe('a.*', shared.handle, { group: 'work' }).ready
      clusters[silent].proxy.stall()
      for (const data of upTo(300)) await bus.publish({ type: 'a.b', data })
      await Promise.all([numbers.reach(300), shared.reach(300)])
      expect(bus.measurements().buffered.events).toBeLessThanOrEqual(50)
      expect((await bus.healthCheck()).checks.home?.observedValue).toBe(silent === 'eu' ? 'us' : 'eu')
      expect(numbers.duplicates).toBe(0)
    },
  )

  test('policy failover: the home moves while eu is away, and back when that has been well for a while', async () => {
    const bus = clusters.bus({ publishPolicy: 'failover', failoverAfterMs: 200, failbackAfterMs: 500 })
    const shared = new Numbers()
    await bus.subscribe('a.*', shared.handle, { group: 'work', concurrency: 1 }).ready
    await bus.publish({ type: 'a.b', data: 0 })
    clusters.eu.goAway()
    await Promise.all(upTo(50).map((data) => bus.publish({ type: 'a.b', data: data + 1 })))
    expect([bus.cluster('eu').isHome, bus.cluster('us').isHome]).toEqual([false, true])
    clusters.eu.return()
    await waitFor(() => bus.cluster('eu').isHome)
    await bus.publish({ type: 'a.b', data: 51 })
    await shared.reach(52)
    expect(shared.all).toEqual(upTo(52))
    expect([...shared.from]).toEqual(['eu', 'us'])
  })

  test('both away: what is published goes out when one returns', async () => {
    const bus = clusters.bus({ publishPolicy: 'failover', failoverAfterMs: 100 })
    const numbers = new Numbers()
    await bus.subscribe('a.*', numbers.handle, { concurrency: 1 }).ready
    for (const cluster of [clusters.eu, clusters.us]) cluster.goAway()
    await waitFor(() => bus.status === 'connecting')
    const published = upTo(20).map((data) => bus.publish({ type: 'a.b', data }))
    clusters.us.return()
    await Promise.all(published)
    await numbers.reach(20)
    expect(numbers.all).toEqual(upTo(20))
  })
})

describe('one that refuses', () => {
  test('a wrong password for one changes nothing for the other, and shows', async () => {
    const refused = { url: undefined, user: 'nobody', password: 'wrong' }
    const bus = clusters.bus({
      publishPolicy: 'any',
      transports: { us: { ...refused, host: '127.0.0.1', port: clusters.us.proxy.port } },
    })
    const numbers = new Numbers()
    await bus.ready
    await bus.subscribe('a.*', numbers.handle).ready
    await bus.publish({ type: 'a.b', data: 1 })
    await numbers.reach(1)
    await waitFor(() => bus.cluster('us').status === 'refused')
    await expect(bus.publishToAll({ type: 'a.b', data: 2 })).rejects.toMatchObject({
      code: 'PARTIALLY_PUBLISHED',
      failed: { us: { code: 'CREDENTIALS_REFUSED' } },
    })
    const { status, checks } = await bus.healthCheck()
    expect([status, checks['connection:publish@us']?.status]).toEqual(['warn', 'warn'])
    expect(checks['connection:publish@us']?.output).toContain('CREDENTIALS_REFUSED')
  })

  test('an exchange of another type on one cluster is a clear error for that one', async () => {
    const { exchangeName } = clusters.us
    await onChannel(url, (channel) => channel.assertExchange(exchangeName, 'fanout'))
    const bus = clusters.bus({ publishPolicy: 'all' })
    const numbers = new Numbers()
    await bus.subscribe('a.*', numbers.handle).ready
    const failure = await bus.publish({ type: 'a.b', data: 1 }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'PARTIALLY_PUBLISHED', failed: { us: { code: 'TOPOLOGY_MISMATCH' } } })
    await numbers.reach(1)
  })

  test.for(['all', 'any', 'failover'] as const)(
    'policy %s: a cluster that refuses each publish is not asked first again',
    async (publishPolicy) => {
      await onChannel(url, (channel) => channel.assertExchange(clusters.eu.exchangeName, 'fanout'))
      const bus = clusters.bus({ publishPolicy, failoverAfterMs: 60_000 })
      const copies = new Numbers()
      const local = createEventBus({ source: 'test', logger: silentLogger, transport: clusters.us.options().transport })
      clusters.closeLater(local)
      await local.subscribe('a.*', copies.handle).ready
      const whatEuSays = async (): Promise<string> => (await bus.healthCheck()).checks['publisher@eu']?.output ?? ''
      await waitFor(async () => (await whatEuSays()).includes('TOPOLOGY_MISMATCH'), { timeoutMs: 30_000 })
      for (const data of upTo(10)) await bus.publish({ type: 'a.b', data }).catch(() => {})
      await copies.reach(10)
      await waitFor(() => bus.cluster('us').isHome)
      // The first publish went out a second time, with another home.
      expect(copies.duplicates).toBeLessThanOrEqual(1)
    },
  )

  test('policy failover: a cluster that has refused is asked again, and is home when it takes events', async () => {
    const { exchangeName, proxy } = clusters.eu
    await onChannel(url, (channel) => channel.assertExchange(exchangeName, 'fanout'))
    const bus = clusters.bus({ publishPolicy: 'failover', failbackAfterMs: 100 })
    const numbers = new Numbers()
    await bus.subscribe('a.*', numbers.handle).ready
    const publishUntilFrom = (name: string): Promise<unknown> =>
      waitFor(
        async () => {
          await bus.publish({ type: 'a.b', data: numbers.all.length })
          return numbers.from.has(name)
        },
        { timeoutMs: 60_000, message: `an event from ${name}` },
      )
    await publishUntilFrom('us')
    expect([...numbers.from]).toEqual(['us'])
    await onChannel(url, (channel) => channel.deleteExchange(exchangeName))
    // It is declared anew with the next connection.
    proxy.cut()
    await publishUntilFrom('eu')
  })
})
