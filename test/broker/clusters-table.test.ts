import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { isEventBusError, type MultiClusterBus, type PublishPolicy } from '../../src/index.ts'
import type { RabbitmqOptions } from '../../src/rabbitmq/index.ts'
import { onChannel } from '../support/rabbitmq/topology.ts'
import { TestClusters } from '../support/test-clusters.ts'
import { waitFor } from '../support/wait-for.ts'

const url = inject('amqpUrl')
let clusters: TestClusters

beforeEach(async () => {
  clusters = await TestClusters.start({ eu: url, us: url })
  clusters.removeLater('group:work:a.*')
})

afterEach(() => clusters.end())

/** A way to break something, before the bus is made or when it is ready. */
interface Fault {
  readonly transports?: () => Readonly<Record<string, RabbitmqOptions>>
  readonly before?: () => Promise<unknown>
  readonly during?: () => void
}

type Name = 'eu' | 'us'

const faultsOf = (name: Name): Record<string, Fault> => ({
  'is away': { during: () => clusters[name].goAway() },
  'is silent': { during: () => clusters[name].proxy.stall() },
  'refuses the password': {
    transports: () => ({
      [name]: { url: undefined, user: 'nobody', password: 'wrong', host: '127.0.0.1', port: clusters[name].proxy.port },
    }),
  },
  'has the exchange with another type': {
    before: () => onChannel(url, (channel) => channel.assertExchange(clusters[name].exchangeName, 'fanout')),
  },
})

const faults: Record<string, Fault> = {
  ...named('the preferred cluster', faultsOf('eu')),
  ...named('the other cluster', faultsOf('us')),
  'both clusters are away': { during: () => clusters.all.forEach((cluster) => cluster.goAway()) },
}

function named(who: string, own: Record<string, Fault>): Record<string, Fault> {
  return Object.fromEntries(Object.entries(own).map(([what, fault]) => [`${who} ${what}`, fault]))
}

/** Fault, policy, what becomes of a publish, when its event is handled: as docs/multi-cluster.md has them. */
function cells(): [string, PublishPolicy, string, string][] {
  const text = readFileSync(new URL('../../docs/multi-cluster.md', import.meta.url), 'utf8')
  const table = /^\| fault +\|.*\n.*\n((?:\|.*\n)+)/m.exec(text)?.[1] ?? ''
  return table
    .trimEnd()
    .split('\n')
    .map((row) => row.split('|').map((cell) => cell.trim()))
    .flatMap(([, fault = '', all = '', any = '', failover = '', handled = '']) => [
      [fault, 'all', all, handled],
      [fault, 'any', any, handled],
      [fault, 'failover', failover, handled],
    ])
}

test('the table has a row for each fault', () => {
  expect(new Set(cells().map(([fault]) => fault))).toEqual(new Set(Object.keys(faults)))
})

test.for(cells())('%s, policy %s: %s, handled %s', { timeout: 60_000 }, async ([name, policy, expected, handled]) => {
  const { transports, before, during } = faults[name] as Fault
  await before?.()
  const options = { publishPolicy: policy, failoverAfterMs: 200, transports: transports?.() ?? {} }
  const bus = clusters.bus(options)
  const received: unknown[] = []
  const note = ({ data }: { data: unknown }): void => void received.push(data)
  await bus.subscribe('a.*', note, { name: 'everywhere' }).ready
  await bus.subscribe('a.*', note, { group: 'work' }).ready
  during?.()
  // Until the home has moved, if it has to.
  await settled(bus, name)
  const outcome = bus.publish({ type: 'a.b', data: 1 }, { timeoutMs: expected === 'partial' ? 1_000 : 20_000 }).then(
    () => 'resolves',
    (error: unknown) => (isEventBusError(error, 'PARTIALLY_PUBLISHED') ? 'partial' : String(error)),
  )
  if (handled === 'at once') await bothHave(received)
  if (expected === 'waits') expect(await Promise.race([outcome, quiet(bus)])).toBe('waits')
  else expect(await outcome).toBe(expected)
  for (const cluster of clusters.all) cluster.return()
  await bothHave(received)
  if (expected === 'waits') expect(await outcome).toBe('resolves')
})

/** The instance and the group. */
async function bothHave(received: readonly unknown[]): Promise<void> {
  await waitFor(() => received.length >= 2, { timeoutMs: 20_000, message: 'handled by the instance and the group' })
}

/** A publish shows a silent cluster that it is; others show themselves. */
async function settled(bus: MultiClusterBus, fault: string): Promise<void> {
  if (fault.startsWith('both')) await waitFor(() => bus.status === 'connecting')
  if (!fault.startsWith('the preferred')) return
  // What refuses each publish is passed over by each.
  if (fault.endsWith('type')) return
  if (fault.endsWith('silent')) void bus.publish({ type: 'probe', data: 0 })
  await waitFor(() => bus.cluster('us').isHome, { timeoutMs: 20_000, message: 'us as the home' })
}

/** The events wait in every buffer. */
async function quiet(bus: MultiClusterBus): Promise<string> {
  await waitFor(() => bus.measurements().buffered.events > 0)
  return 'waits'
}
