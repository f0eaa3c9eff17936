import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { type Fault, faultsOfBrokers, readTable, runCell } from '../support/clusters-table.ts'
import { onChannel } from '../support/rabbitmq/topology.ts'
import { TestClusters } from '../support/test-clusters.ts'

const url = inject('amqpUrl')
let clusters: TestClusters

beforeEach(async () => {
  clusters = await TestClusters.start({ eu: url, us: url })
  clusters.removeLater('group:work:a.*')
})

afterEach(() => clusters.end())

type Name = 'eu' | 'us'

const faultsOf = (name: Name): Record<string, Fault> => ({
  'is away': { during: () => clusters[name].goAway(), after: () => clusters[name].return() },
  'is silent': { during: () => clusters[name].proxy.stall(), after: () => clusters[name].return() },
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
  'both clusters are away': {
    during: () => clusters.all.forEach((cluster) => cluster.goAway()),
    after: () => clusters.all.forEach((cluster) => cluster.return()),
  },
}

function named(who: string, own: Record<string, Fault>): Record<string, Fault> {
  return Object.fromEntries(Object.entries(own).map(([what, fault]) => [`${who} ${what}`, fault]))
}

const cells = readTable()

test('the table has a row for each fault', () => {
  expect(new Set(cells.map(([fault]) => fault))).toEqual(new Set([...Object.keys(faults), ...faultsOfBrokers]))
})

test.for(cells.filter(([name]) => name in faults))(
  '%s, policy %s: %s, handled %s',
  { timeout: 180_000 },
  async (cell) => {
    await runCell(clusters, cell, faults[cell[0]] as Fault)
  },
)
