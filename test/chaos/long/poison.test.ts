import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'amqplib'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { z } from 'zod'
import {
  createEventBus,
  DeadLetter,
  type DeadLetterChoice,
  type DeadLetterProgress,
  defineCatalog,
  defineEvent,
  silentLogger,
} from '../../../src/index.ts'
import { rabbitmq } from '../../../src/rabbitmq/index.ts'
import { accountFor } from '../../support/account.ts'
import { readDeadLetters } from '../../support/rabbitmq/dead-letters.ts'
import { consumerCount, removeTopologyOf } from '../../support/rabbitmq/topology.ts'
import { waitFor } from '../../support/wait-for.ts'

const url = inject('amqpUrl')
const ofEachPoison = 2_000
const good = 5_000
const members = ['m1', 'm2']

const order = defineEvent('work.order', z.object({ act: z.enum(['work', 'throw', 'reject']) }))
const catalog = defineCatalog([order])

interface Wire {
  readonly id: string
  readonly body: Buffer
  readonly contentType: string
}

let exchange: string
let buses: ReturnType<typeof makeMember>[]
/** Ids of what was handled to the end. */
let handled: string[]
let isMended: boolean
let steps: { step: string; seconds: number }[]

beforeEach(() => {
  exchange = `test.poison.${randomUUID().slice(0, 8)}`
  handled = []
  isMended = false
  steps = []
  buses = members.map(makeMember)
})

afterEach(async () => {
  await Promise.all(buses.map((bus) => bus.close()))
  await removeTopologyOf(url, exchange, [groupQueue()])
})

async function timed<T>(step: string, work: () => Promise<T>): Promise<T> {
  const startedAt = Date.now()
  const result = await work()
  steps.push({ step, seconds: (Date.now() - startedAt) / 1_000 })
  return result
}

const groupQueue = (): string => `${exchange}:group:workers:work.#`

function makeMember(instance: string) {
  const transport = rabbitmq({ url, exchangeName: exchange })
  const options = { source: 'test', instance, transport, events: catalog, logger: silentLogger }
  return createEventBus({ ...options, validate: 'both' })
}

function work({ id, data }: { id: string; data: { act: 'work' | 'throw' | 'reject' } }): void {
  if (data.act === 'reject' && !isMended) throw new DeadLetter('no use')
  if (data.act === 'throw' && !isMended) throw new Error('always')
  handled.push(id)
}

function wire(body: (id: string) => Buffer | object, contentType = 'application/cloudevents+json'): Wire {
  const id = randomUUID()
  const made = body(id)
  return { id, body: Buffer.isBuffer(made) ? made : Buffer.from(JSON.stringify(made)), contentType }
}

const event = (act: string): Wire =>
  wire((id) => ({ specversion: '1.0', id, type: 'work.order', source: 'test', data: { act } }))

/** Two that are no events, one that the catalog refuses, two whose handler fails. */
const poisons = [
  () => wire(() => Buffer.concat([randomBytes(300), Buffer.from([0xff])])),
  () => wire(() => Buffer.from('{"specversion": "1.0", "id": '), 'application/json'),
  () => event('unheard of'),
  () => event('throw'),
  () => event('reject'),
]

/** Good and bad by turns, published by a program that knows nothing of the bus. */
async function publish(messages: readonly Wire[]): Promise<void> {
  const connection = await connect(url)
  const channel = await connection.createConfirmChannel()
  for (const { id, body, contentType } of messages) {
    channel.publish(exchange, 'work.order', body, { messageId: id, contentType, persistent: true })
  }
  await channel.waitForConfirms()
  await connection.close()
}

const first = (): (typeof buses)[number] => buses[0] as (typeof buses)[number]

async function expectLetters(total: number): Promise<void> {
  const count = (): Promise<number> => first().deadLetters.count()
  await waitFor(async () => (await count()) >= total, { timeoutMs: 120_000, message: `${total} dead letters` })
  expect(await count()).toBe(total)
}

/** What lies in the dead letters is just this, byte for byte. */
async function expectBytes(messages: readonly Wire[]): Promise<void> {
  const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
  const letters = await readDeadLetters(url, exchange)
  expect(letters.map(({ messageId, content }) => `${messageId} ${sha(content)}`).toSorted()).toEqual(
    messages.map(({ id, body }) => `${id} ${sha(body)}`).toSorted(),
  )
}

async function expectReasons(): Promise<void> {
  const { letters, total } = await timed('list', () => first().deadLetters.list({ limit: 10_000 }))
  expect(letters.length).toBe(total)
  const reasons = Map.groupBy(letters, ({ reason }) => reason)
  expect(Object.fromEntries([...reasons].map(([reason, all]) => [reason, all.length]))).toEqual({
    undecodable: 2 * ofEachPoison,
    invalid: ofEachPoison,
    'handlers-failed': ofEachPoison,
    rejected: ofEachPoison,
  })
}

/** Runs over the dead letters, told of its progress step by step. */
async function redrive(choice: DeadLetterChoice, step: string, total: number): Promise<void> {
  const told: DeadLetterProgress[] = []
  const onProgress = (progress: DeadLetterProgress): void => void told.push(progress)
  const report = await timed(step, () => first().deadLetters.redrive(choice, { onProgress }))
  expect(report).toMatchObject({ redriven: total, left: 0, failures: [] })
  expectSteady(told, total)
}

async function discardAll(total: number): Promise<void> {
  const told: DeadLetterProgress[] = []
  const onProgress = (progress: DeadLetterProgress): void => void told.push(progress)
  const report = await timed('discard', () => first().deadLetters.discard({ all: true }, { onProgress }))
  expect(report).toEqual({ discarded: total, missing: [] })
  expectSteady(told, total)
}

function expectSteady(told: readonly DeadLetterProgress[], total: number): void {
  expect(told.at(-1)).toMatchObject({ done: total, failed: 0 })
  expect(told.every(({ done }, index) => done >= (told[index - 1]?.done ?? 0))).toBe(true)
  expect(told.length, 'how often it told').toBeGreaterThanOrEqual(total)
}

/** Works while the number of consumers is looked at all along; answers the fewest. */
async function fewestConsumersDuring(work: () => Promise<void>): Promise<number> {
  let [fewest, isOver] = [Infinity, false]
  const working = work().finally(() => (isOver = true))
  while (!isOver) {
    fewest = Math.min(fewest, await consumerCount(url, groupQueue()))
    await sleep(100)
  }
  await working
  return fewest
}

test('10,000 poison messages hold up no good one, stop no consumer, and lie in the dead letters as they came', async () => {
  const retry = { immediate: 1, maxAttempts: 2 }
  for (const bus of buses) await bus.subscribe('work.#', work, { group: 'workers', name: 'work', retry }).ready
  const fine = Array.from({ length: good }, () => event('work'))
  const bad = Array.from({ length: ofEachPoison }, () => poisons.map((make) => make())).flat()
  const mixed = fine.flatMap((one, index) => [one, ...bad.slice(index * 2, index * 2 + 2)])

  const fewest = await fewestConsumersDuring(() =>
    timed('publish and handle', async () => {
      await publish(mixed)
      await expectLetters(bad.length)
      await waitFor(() => handled.length >= good, { timeoutMs: 60_000, message: 'all good events' })
    }),
  )
  expect(fewest).toBe(members.length)
  await expectBytes(bad)
  const idsOf = (messages: readonly Wire[]): string[] => messages.map(({ id }) => id)
  const account = accountFor('group of two', idsOf(mixed), handled, idsOf(bad))
  console.table([account])
  expect(account).toMatchObject({ handled: good, dead: bad.length, duplicates: 0, lost: 0 })
  await expectReasons()

  await redrive({ all: true }, 'redrive all, in vain', bad.length)
  await timed('all are back', () => expectLetters(bad.length))
  await expectBytes(bad)
  isMended = true
  await redrive({ reason: 'rejected' }, 'redrive one kind, mended', ofEachPoison)
  await redrive({ reason: 'handlers-failed' }, 'redrive another, mended', ofEachPoison)
  await waitFor(() => handled.length >= good + 2 * ofEachPoison, { timeoutMs: 60_000, message: 'the mended ones' })
  expect(new Set(handled).size).toBe(handled.length)
  await discardAll(3 * ofEachPoison)
  await expectLetters(0)
  expect(await consumerCount(url, groupQueue())).toBe(members.length)
  console.table(steps)
}, 600_000)
