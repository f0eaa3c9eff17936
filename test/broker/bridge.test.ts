import { setTimeout as sleep } from 'node:timers/promises'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { type Bridge, bridge, type BusEvent, createEventBus, type EventBus, silentLogger } from '../../src/index.ts'
import { collectBridgeMetrics } from '../../src/metrics/index.ts'
import { parseScrape, shown } from '../support/scrape.ts'
import { type TestCluster, TestClusters } from '../support/test-clusters.ts'
import { waitFor } from '../support/wait-for.ts'

const url = inject('amqpUrl')
let clusters: TestClusters

beforeEach(async () => {
  clusters = await TestClusters.start({ eu: url, us: url })
  for (const name of ['us', 'eu']) clusters.removeLater(`group:bridge-${name}:#`)
})

afterEach(() => clusters.end())

function newBus(cluster: TestCluster): EventBus {
  const bus = createEventBus({
    source: `at ${cluster.name}`,
    logger: silentLogger,
    transport: cluster.options().transport,
  })
  clusters.closeLater(bus)
  return bus
}

async function startBridge(from: TestCluster, to: TestCluster): Promise<Bridge> {
  const made = bridge({ from: from.options({ prefetch: 50 }), to: to.options(), logger: silentLogger })
  clusters.closeLater(made)
  await made.ready
  return made
}

test('what is published at one cluster arrives at the other as it was, once, and goes no further', async () => {
  const [east, west] = [await startBridge(clusters.eu, clusters.us), await startBridge(clusters.us, clusters.eu)]
  const received: BusEvent[] = []
  await newBus(clusters.us).subscribe('a.#', (event) => void received.push(event)).ready
  const publisher = newBus(clusters.eu)
  const attributes = { subject: 's', correlationId: 'c', causationId: 'k', extensions: { tenant: 't' } }
  const published = await publisher.publish({ type: 'a.b', data: { number: 1 }, ...attributes })
  await waitFor(() => received.length > 0)
  expect(received).toEqual([published])
  await waitFor(() => west.passedOver === 1)
  expect([east.forwarded, west.forwarded]).toEqual([1, 0])
})

test('events of a bus that knows both clusters are not carried a second time', async () => {
  const east = await startBridge(clusters.eu, clusters.us)
  const received: unknown[] = []
  await newBus(clusters.us).subscribe('a.#', ({ data }) => void received.push(data)).ready
  await clusters.bus().publish({ type: 'a.b', data: 1 })
  await waitFor(() => east.passedOver === 1)
  await newBus(clusters.eu).publish({ type: 'a.b', data: 2 })
  await waitFor(() => received.includes(2))
  expect(received).toEqual([1, 2])
})

test('a bridge tells what it has forwarded, what waits and what has failed, to a registry of metrics too', async () => {
  const health = { warnAfterMs: 0, failAfterMs: 0 }
  const [eu, us] = [clusters.eu.options(), clusters.us.options({ maxBufferedEvents: 1 })]
  const east = bridge({ from: eu, to: us, health, logger: silentLogger })
  clusters.closeLater(east)
  await east.ready
  const register = new Registry()
  collectBridgeMetrics([east], { register })
  const scrape = async (): Promise<object> => shown(parseScrape(await register.metrics()), 'bridge_')
  const publisher = newBus(clusters.eu)
  await publisher.publish({ type: 'a.b', data: 1 })
  await waitFor(() => east.forwarded === 1)
  expect((await east.healthCheck()).status).toBe('pass')
  clusters.us.goAway()
  await waitFor(() => east.status.us === 'connecting')
  expect((await east.healthCheck()).status).toBe('fail')
  // One fits into the buffer for us.
  for (const data of [2, 3]) await publisher.publish({ type: 'a.b', data })
  await waitFor(() => east.failures > 0)
  expect(await scrape()).toEqual({
    'bridge_forwarded_total{from="eu",to="us"}': 1,
    'bridge_failures_total{from="eu",to="us"}': expect.any(Number) as number,
    'bridge_waiting_events{from="eu",to="us"}': 2,
    'bridge_state{from="eu",to="us",cluster="eu",state="open"}': 1,
    'bridge_state{from="eu",to="us",cluster="us",state="connecting"}': 1,
  })
  clusters.us.return()
  await waitFor(() => east.forwarded === 3 && east.waiting === 0, { timeoutMs: 30_000 })
})

test('a bridge that closes while the other side is away ends within its limit; the next one carries what it had', async () => {
  const first = await startBridge(clusters.eu, clusters.us)
  const received: unknown[] = []
  await newBus(clusters.us).subscribe('a.#', ({ data }) => void received.push(data)).ready
  clusters.us.goAway()
  await waitFor(() => first.status.us === 'connecting')
  await newBus(clusters.eu).publish({ type: 'a.b', data: 1 })
  const isClosed = { value: false }
  void first.close({ timeoutMs: 500 }).then(() => (isClosed.value = true))
  await waitFor(() => isClosed.value, { timeoutMs: 30_000, message: 'the bridge closed' })
  clusters.us.return()
  await startBridge(clusters.eu, clusters.us)
  await waitFor(() => received.length > 0, { timeoutMs: 30_000 })
  expect(received).toEqual([1])
})

test('outages of either side, and of the bridge, lose nothing', { timeout: 180_000 }, async () => {
  const received = new Map<string, number>()
  await newBus(clusters.us).subscribe('a.#', ({ id }) => void received.set(id, (received.get(id) ?? 0) + 1)).ready
  let carrier = await startBridge(clusters.eu, clusters.us)
  const publisher = newBus(clusters.eu)
  const confirmed: string[] = []
  let isRunning = true
  const load = (async () => {
    while (isRunning) {
      confirmed.push((await publisher.publish({ type: 'a.b', data: confirmed.length })).id)
      await sleep(2)
    }
  })()
  const arrive = (count: number): Promise<unknown> => {
    const goal = received.size + count
    return waitFor(() => received.size >= goal, { timeoutMs: 30_000, message: `${goal} events, not ${received.size}` })
  }
  await arrive(50)
  clusters.us.goAway()
  await waitFor(() => carrier.status.us === 'connecting')
  clusters.us.return()
  await arrive(50)
  clusters.eu.goAway()
  await waitFor(() => carrier.status.eu === 'connecting')
  clusters.eu.return()
  await arrive(50)
  await carrier.close()
  carrier = await startBridge(clusters.eu, clusters.us)
  await arrive(50)
  isRunning = false
  await load
  const lost = (): number => confirmed.filter((id) => !received.has(id)).length
  await waitFor(() => lost() === 0, { timeoutMs: 30_000 }).catch(() => {})
  const duplicates = Array.from(received.values()).reduce((sum, times) => sum + times - 1, 0)
  console.table([{ confirmed: confirmed.length, received: received.size, duplicates, lost: lost() }])
  expect(lost()).toBe(0)
  expect((await carrier.healthCheck()).status).toBe('pass')
})
