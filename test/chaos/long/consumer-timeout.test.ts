import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type BusEvent, createEventBus, silentLogger, type UntypedBus } from '../../../src/index.ts'
import { rabbitmq } from '../../../src/rabbitmq/index.ts'
import { accountFor } from '../../support/account.ts'
import { type PrivateBroker, startBroker } from '../../support/rabbitmq/private-broker.ts'
import { readDeadLetters } from '../../support/rabbitmq/dead-letters.ts'
import { consumerCount, onChannel } from '../../support/rabbitmq/topology.ts'
import { waitFor } from '../../support/wait-for.ts'

const consumerTimeoutMs = 3_000
const exchange = 'test.timeout'
const places = { instance: 'instance:a', group: 'group:g:work.#' } as const
type Place = keyof typeof places

let broker: PrivateBroker
let bus: UntypedBus
let warnings: string[]
/** By place, the ids of what was started, and of what was handled to the end. */
let started: Record<Place, string[]>
let done: Record<Place, string[]>

beforeAll(async () => {
  broker = await startBroker({ config: [`consumer_timeout = ${consumerTimeoutMs}`] })
  // RabbitMQ looks once a minute for deliveries that are overdue; new channels do as they are told here.
  await broker.ctl('eval', 'application:set_env(rabbit, channel_tick_interval, 200).')
})

afterAll(() => broker.remove())

beforeEach(async () => {
  warnings = []
  started = { instance: [], group: [] }
  done = { instance: [], group: [] }
  const logger = { ...silentLogger, warn: (_fields: object, message?: string) => void warnings.push(message ?? '') }
  const transport = rabbitmq({ url: broker.url, exchangeName: exchange })
  bus = createEventBus({ source: 'test', instance: 'a', logger, transport })
  await bus.subscribe('work.#', work('instance'), { name: 'everywhere', concurrency: 50 }).ready
  await bus.subscribe('work.#', work('group'), { name: 'shared', group: 'g', concurrency: 50 }).ready
})

afterEach(() => bus.close())

function work(place: Place) {
  return async ({ id, data }: BusEvent): Promise<void> => {
    started[place].push(id)
    await sleep((data as { workMs: number }).workMs)
    done[place].push(id)
  }
}

async function publish(workMs: number): Promise<string> {
  return (await bus.publish({ type: 'work.item', data: { workMs } })).id
}

test('handlers that outlive the consumer timeout run once and hold up nobody; log and health say what to do', async () => {
  // Some end before the broker closes the channel, some after, some while it does; one outlives it several times.
  const slow = await Promise.all([12_000, ...Array.from({ length: 20 }, (_, n) => 2_000 + n * 200)].map(publish))
  const quick: string[] = []
  let slowestMs = 0
  while (done.instance.length < slow.length + quick.length) {
    const publishedAt = Date.now()
    const id = await publish(0)
    quick.push(id)
    await waitFor(() => done.instance.includes(id) && done.group.includes(id), { message: 'a quick event' })
    slowestMs = Math.max(slowestMs, Date.now() - publishedAt)
    await sleep(50)
  }
  const all = [...slow, ...quick]
  await waitFor(() => done.group.length >= all.length, { message: 'all handled by the group, too' })
  const accounts = (['instance', 'group'] as const).map((place) => accountFor(place, all, done[place]))
  console.table(accounts.map((account) => ({ ...account, 'slowest quick one (ms)': slowestMs })))
  for (const account of accounts) expect(account).toMatchObject({ handled: all.length, duplicates: 0, lost: 0 })
  for (const place of ['instance', 'group'] as const) expect(started[place].length, 'runs').toBe(all.length)
  await expectAdvice()
  for (const place of Object.values(places)) {
    const isThere = async (): Promise<boolean> => (await consumerCount(broker.url, `${exchange}:${place}`)) === 1
    await waitFor(isThere, { message: `one consumer on ${place}` })
  }
  await expectNothingLeft()
})

async function expectAdvice(): Promise<void> {
  const { status, checks } = await bus.healthCheck()
  expect(status).toBe('warn')
  for (const name of ['instance:a', 'g:work.#']) {
    const { output } = checks[`subscription:${name}`] ?? {}
    expect(output).toMatch(/^CONSUMER_TIMEOUT: .*'test.timeout:.*Raise 'consumer_timeout' on the broker/)
    expect(warnings).toContain(output?.replace('CONSUMER_TIMEOUT: ', ''))
  }
}

/** All is acknowledged, and nothing is dead. */
async function expectNothingLeft(): Promise<void> {
  await bus.close()
  for (const place of Object.values(places)) {
    const { messageCount } = await onChannel(broker.url, (channel) => channel.checkQueue(`${exchange}:${place}`))
    expect(messageCount).toBe(0)
  }
  expect(await readDeadLetters(broker.url, exchange)).toEqual([])
}
