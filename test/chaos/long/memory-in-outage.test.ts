import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect } from 'vitest'
import { createEventBus, silentLogger, type UntypedBus } from '../../../src/index.ts'
import { rabbitmq } from '../../../src/rabbitmq/index.ts'
import { accountFor } from '../../support/account.ts'
import { Arrivals } from '../../support/arrivals.ts'
import { test } from '../../support/chaos/script.ts'
import { type Hoarder, type HoarderPublisher, type HoarderState, startHoarder } from '../../support/members/hoard.ts'
import { consumerCount } from '../../support/rabbitmq/topology.ts'
import { waitFor } from '../../support/wait-for.ts'

const mib = 2 ** 20
/** Three in a row make an outage of five minutes. */
const partMs = 100_000
/** The first comes to its limit of events, the others to that of bytes. */
const publishers: readonly HoarderPublisher[] = [
  { name: 'small', eventBytes: 200, maxBufferedEvents: 10_000, maxBufferedBytes: 16 * mib },
  { name: 'middle', eventBytes: 2_000, maxBufferedEvents: 100_000, maxBufferedBytes: 16 * mib },
  { name: 'large', eventBytes: 32_000, maxBufferedEvents: 100_000, maxBufferedBytes: 16 * mib },
]
const byteLimit = publishers.reduce((sum, { maxBufferedBytes }) => sum + maxBufferedBytes, 0)
const jobCount = 100

let exchange: string
let bus: UntypedBus | undefined
let hoarder: Hoarder | undefined
let arrivals: Arrivals
let rows: object[]

beforeEach(() => {
  exchange = `test.hoard.${randomUUID().slice(0, 8)}`
  arrivals = new Arrivals()
  rows = []
})

afterEach(async () => {
  console.table(rows)
  await hoarder?.end()
  await bus?.close()
})

/** A bus beside the hoarder, with a connection of its own to the broker, that gets all that is published. */
async function startSink(url: string): Promise<UntypedBus> {
  const transport = rabbitmq({ url, exchangeName: exchange })
  bus = createEventBus({ source: 'test', instance: 'sink', logger: silentLogger, transport })
  const note = ({ type, data }: { type: string; data: unknown }): void =>
    arrivals.add(type.replace('load.', ''), (data as { number: number }).number)
  await bus.subscribe('load.#', note, { group: 'sink' }).ready
  return bus
}

/** Takes a sample every five seconds; answers the last. */
async function watch(who: Hoarder, broker: string, forMs: number): Promise<HoarderState> {
  const end = performance.now() + forMs
  for (let seconds = 0; ; seconds += 5) {
    const state = await who.sample()
    rows.push(row(broker, seconds, state))
    expect(state.heapUsed, 'bytes of the heap').toBeLessThan(byteLimit + 50 * mib)
    // Encoded, and once more where they were written to a socket that nobody reads from.
    expect(state.external, 'bytes beside it').toBeLessThan(2 * byteLimit + 25 * mib)
    expect(state.faults).toEqual([])
    if (performance.now() >= end) return state
    await sleep(Math.min(5_000, Math.max(0, end - performance.now())))
  }
}

function row(broker: string, seconds: number, { heapUsed, external, rss, publishers: states }: HoarderState): object {
  const [heapMiB, externalMiB, rssMiB] = [heapUsed, external, rss].map((bytes) => Math.round(bytes / mib))
  const waiting = states.map((state) => `${state.waiting} ${state.name}`).join(', ')
  const refused = states.reduce((sum, state) => sum + state.refused, 0)
  return { broker, seconds, heapMiB, externalMiB, rssMiB, waiting, refused }
}

function expectRefusals({ publishers: states }: HoarderState): void {
  for (const { name, refused, refusedLater } of states) {
    expect(refused, `refused events of '${name}'`).toBeGreaterThan(100)
    expect(refusedLater, `events of '${name}' that were refused, and not at once`).toBe(0)
  }
}

/** All that was accepted, and given the time, is confirmed, and arrives in the order of its publishing. */
async function settleEvents(who: Hoarder): Promise<void> {
  const { publishers: states } = await waitFor(
    async () => {
      const state = await who.sample()
      return state.publishers.every(({ waiting }) => waiting === 0) && state
    },
    { timeoutMs: 120_000, message: 'every accepted event confirmed' },
  )
  const account = () =>
    states.map(({ name, confirmed, timedOut, refused }) => {
      const received = arrivals.countOf(name)
      const lost = Math.max(0, confirmed - received)
      return { publisher: name, confirmed, received, 'timed out': timedOut, refused, lost }
    })
  await waitFor(() => account().every(({ lost }) => lost === 0), { timeoutMs: 60_000, message: 'all of them received' })
  console.table(account())
  console.log(`${arrivals.duplicates} events came more than once`)
  expect(arrivals.outOfOrder).toEqual([])
  for (const { name, failed } of states) expect(failed, `other errors of '${name}'`).toEqual([])
}

/** All whose handlers failed in the outage are done at their second attempt. */
async function settleJobs(who: Hoarder, ids: readonly string[]): Promise<void> {
  const account = async () => {
    const { jobs } = await who.sample()
    const done = Object.entries(jobs).flatMap(([id, attempts]) => attempts.filter((one) => one === 2).map(() => id))
    return accountFor('jobs', ids, done)
  }
  await waitFor(async () => (await account()).lost === 0, { timeoutMs: 60_000, message: 'every job done' })
  console.table([await account()])
}

test('five minutes of publishing in an outage cost no more memory than the limits allow, and lose nothing accepted', async ({
  broker,
  proxy,
  proxyUrl,
}) => {
  const sink = await startSink(broker.url)
  hoarder = await startHoarder({ url: proxyUrl, exchange, publishers })
  const jobs = await Promise.all(Array.from({ length: jobCount }, () => sink.publish({ type: 'job.do', data: 1 })))
  await watch(hoarder, 'there', 10_000)

  proxy.stall()
  await watch(hoarder, 'half-open', partMs)
  proxy.refuse()
  proxy.cut()
  proxy.resume()
  expectRefusals(await watch(hoarder, 'away', partMs))
  await broker.ctl('set_vm_memory_high_watermark', '0.000001')
  proxy.accept()
  expectRefusals(await watch(hoarder, 'blocked', partMs))
  await broker.ctl('set_vm_memory_high_watermark', '0.4')

  await watch(hoarder, 'back', 10_000)
  hoarder.finish()
  await settleEvents(hoarder)
  await watch(hoarder, 'quiet', 0)
  await settleJobs(
    hoarder,
    jobs.map(({ id }) => id),
  )
  expect(await sink.deadLetters.count()).toBe(0)
  for (const queue of ['group:workers:job.#', 'group:sink:load.#']) {
    const isThere = async (): Promise<boolean> => (await consumerCount(broker.url, `${exchange}:${queue}`)) === 1
    await waitFor(isThere, { message: `one consumer on ${queue}` })
  }
}, 900_000)
