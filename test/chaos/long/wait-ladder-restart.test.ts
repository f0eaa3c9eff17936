import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  type BusEvent,
  type Context,
  createEventBus,
  RetryLater,
  silentLogger,
  type UntypedBus,
} from '../../../src/index.ts'
import { rabbitmq } from '../../../src/rabbitmq/index.ts'
import { type PrivateBroker, startBroker } from '../../support/rabbitmq/private-broker.ts'
import { consumerCount, onChannel } from '../../support/rabbitmq/topology.ts'
import { waitFor } from '../../support/wait-for.ts'

/** What an event says about itself: its waits, in whole seconds. */
interface Waits {
  /** Before it is published. */
  readonly schedule?: number
  /** After its first attempt, after its second, ... */
  readonly retries: readonly number[]
}

/** One run of the handler. */
interface Run {
  readonly attempt: number
  readonly at: number
}

let broker: PrivateBroker
let bus: UntypedBus
let exchange: string
let published: { id: string; at: number; waits: Waits }[]
let runs: Map<string, Run[]>

beforeAll(async () => {
  broker = await startBroker()
})

afterAll(() => broker.remove())

beforeEach(async () => {
  exchange = `test.ladder.${randomUUID().slice(0, 8)}`
  published = []
  runs = new Map()
  const transport = rabbitmq({ url: broker.url, exchangeName: exchange, reconnect: { maxMs: 300 } })
  bus = createEventBus({ source: 'test', instance: 'a', logger: silentLogger, transport })
  const retry = { immediate: 0, delays: [1_000], maxAttempts: 5 }
  await bus.subscribe('wait.#', handle, { group: 'g', name: 'handle', concurrency: 100, retry }).ready
  // RabbitMQ fact: a quorum queue that was declared less than a second before its only node is killed never recovers.
  await sleep(2_000)
})

afterEach(() => bus.close())

function handle({ id, data }: BusEvent, { attempt }: Context): void {
  runs.set(id, [...(runs.get(id) ?? []), { attempt, at: Date.now() }])
  const seconds = (data as Waits).retries[attempt - 1]
  if (seconds !== undefined) throw new RetryLater({ afterMs: 1_000 * seconds })
}

async function publish(waits: Waits): Promise<void> {
  const at = Date.now()
  const afterMs = 1_000 * (waits.schedule ?? 0)
  const { id } = await bus.publish({ type: 'wait.long', data: waits }, { afterMs, timeoutMs: 60_000 })
  published.push({ id, at, waits })
}

/** Some that are scheduled, some that are tried again, some both; by powers of two and by odd numbers of seconds. */
function batch(count: number): Promise<unknown> {
  const waits = Array.from({ length: count }, (_, n): Waits[] => [
    { schedule: 1 + (n % 12), retries: [] },
    { retries: [1 + (n % 7), 1 + ((n * 3) % 5)] },
    { schedule: 1 + (n % 5), retries: [1 + (n % 3)] },
  ])
  return Promise.all(waits.flat().map(publish))
}

/** The first run of each attempt. */
function firstRuns(id: string): Run[] {
  const all = runs.get(id) ?? []
  return all.filter(({ attempt }, index) => all.findIndex((run) => run.attempt === attempt) === index)
}

function isThrough({ id, waits }: (typeof published)[number]): boolean {
  return firstRuns(id).length === waits.retries.length + 1
}

/** How much later than its wait allowed each of the runs came, in milliseconds. */
function latenesses({ id, at, waits }: (typeof published)[number]): number[] {
  const seconds = [waits.schedule ?? 0, ...waits.retries]
  const starts = firstRuns(id).map((run) => run.at)
  return starts.map((start, index) => start - (starts[index - 1] ?? at) - 1_000 * (seconds[index] ?? 0))
}

async function settle(): Promise<void> {
  await waitFor(() => published.every(isThrough), {
    timeoutMs: 40_000,
    message: 'every event through all its waits',
  }).catch(async (error: Error) => {
    throw new Error(`${error.message}\n${await whereTheyAre()}`, { cause: error })
  })
  const attempts = published.reduce((sum, { waits }) => sum + waits.retries.length + 1, 0)
  const ran = [...runs.values()].flat().length
  const late = published.flatMap(latenesses)
  const early = late.filter((ms) => ms < 0).length
  const wrong = published.filter(({ id, waits }) =>
    firstRuns(id).some(({ attempt }, index) => attempt !== index + 1 || attempt > waits.retries.length + 1),
  ).length
  const dead = await bus.deadLetters.count()
  const lost = published.filter((event) => !isThrough(event)).length
  console.table([
    {
      confirmed: published.length,
      attempts,
      runs: ran,
      duplicates: ran - attempts,
      early,
      'wrong attempts': wrong,
      'latest (ms)': Math.max(...late),
      dead,
      lost,
    },
  ])
  expect({ early, wrong, dead, lost }).toEqual({ early: 0, wrong: 0, dead: 0, lost: 0 })
  await expectNothingLeft()
}

/** What has not come through, and what lies in which queue. */
async function whereTheyAre(): Promise<string> {
  const missing = published
    .filter((event) => !isThrough(event))
    .map(({ id, waits }) => `${id} ${JSON.stringify(waits)}: ran ${runs.get(id)?.length ?? 0} times`)
  const queues = await broker.ctl(
    'list_queues',
    '-s',
    'name',
    'messages',
    'messages_unacknowledged',
    'consumers',
    'state',
  )
  const { checks } = await bus.healthCheck()
  return [...missing, queues, JSON.stringify(checks)].join('\n')
}

/** No copy is left on the way, and all consumers are there. */
async function expectNothingLeft(): Promise<void> {
  for (const name of ['group:g:wait.#', 'scheduled']) {
    await waitFor(async () => (await consumerCount(broker.url, `${exchange}:${name}`)) === 1, {
      message: `${name} consumed`,
    })
  }
  for (const level of [0, 1, 2, 3]) {
    const isEmpty = async (): Promise<boolean> =>
      (await onChannel(broker.url, (channel) => channel.checkQueue(`${exchange}:wait:${level}`))).messageCount === 0
    await waitFor(isEmpty, { message: `level ${level} empty` })
  }
}

test('retries and scheduled events that wait while the broker is killed come, in time, with the right attempt', async () => {
  await batch(30)
  await sleep(2_500)
  await broker.kill()
  const meanwhile = batch(5)
  await broker.start()
  await meanwhile
  await settle()
})

test('retries and scheduled events that wait while the broker restarts come, in time, with the right attempt', async () => {
  await batch(30)
  await sleep(2_500)
  await broker.stop()
  const meanwhile = batch(5)
  await broker.start()
  await meanwhile
  await settle()
})
