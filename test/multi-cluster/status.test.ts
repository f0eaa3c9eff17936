import { expect, test } from 'vitest'
import type { Transport } from '../../src/core/transport.ts'
import { type BusStatus, createMultiClusterBus, memory, silentLogger } from '../../src/index.ts'

/** The memory, as a cluster that does that well. */
function transportThatIs(status: BusStatus): Transport {
  const { name, join } = memory()
  return { name, join: (member) => Object.defineProperty(join(member), 'status', { value: status }) }
}

test.for<[BusStatus, BusStatus, BusStatus]>([
  ['open', 'blocked', 'open'],
  ['connecting', 'blocked', 'blocked'],
  ['refused', 'connecting', 'connecting'],
  ['refused', 'refused', 'refused'],
])('a bus of clusters that are %s and %s is %s', async ([eu, us, expected]) => {
  const clusters = Object.entries({ eu, us }).map(([name, status]) => ({ name, transport: transportThatIs(status) }))
  await using bus = createMultiClusterBus({ source: 'test', logger: silentLogger, clusters })
  expect(bus.status).toBe(expected)
})
