import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { createEventBus, silentLogger, type UntypedBus } from '../../../src/index.ts'
import { rabbitmq } from '../../../src/rabbitmq/index.ts'
import { type Account, accountFor } from '../../support/account.ts'
import { type CrasherOrders, Restarted } from '../../support/members/restarted.ts'
import { consumerCount, removeTopologyOf } from '../../support/rabbitmq/topology.ts'
import { waitFor } from '../../support/wait-for.ts'

const url = inject('amqpUrl')
/** RabbitMQ's delivery limit of 20 allows so many. */
const maxDeliveries = 21

let exchange: string
let folder: string
let bus: UntypedBus
let members: Restarted[]

beforeEach(() => {
  exchange = `test.crash.${randomUUID().slice(0, 8)}`
  folder = mkdtempSync(path.join(tmpdir(), 'eventbus-crash-'))
  members = []
  const transport = rabbitmq({ url, exchangeName: exchange })
  bus = createEventBus({ source: 'test', instance: 'publisher', logger: silentLogger, transport })
})

afterEach(async () => {
  await Promise.all(members.map((member) => member.end()))
  await bus.close()
  rmSync(folder, { recursive: true })
  const queues = ['instance:m1', 'instance:m2', 'group:workers:work.#'].map((name) => `${exchange}:${name}`)
  await removeTopologyOf(url, exchange, queues)
})

type Orders = Pick<CrasherOrders, 'group' | 'everywhere'>

/** Starts so many, lets them make their queues, and ends them: what is published then waits for them. */
async function makeMembers(count: number, orders: Orders): Promise<void> {
  for (let number = 1; number <= count; number++) {
    const instance = `m${number}`
    const journal = path.join(folder, instance)
    members.push(new Restarted({ url, exchange, instance, prefetch: 100, journal, ...orders }))
  }
  await startMembers()
  await endMembers()
}

const startMembers = (): Promise<unknown> => Promise.all(members.map((member) => member.start()))
const endMembers = (): Promise<unknown> => Promise.all(members.map((member) => member.end()))

async function publish(count: number, data: object = {}, type = 'work.item'): Promise<string[]> {
  const events = await Promise.all(Array.from({ length: count }, () => bus.publish({ type, data })))
  return events.map(({ id }) => id)
}

/** Waits until each event is handled or dead, and asserts that the killers alone are dead. */
async function settle(
  good: readonly string[],
  killers: readonly string[],
  crashesOfEach = maxDeliveries,
): Promise<void> {
  await waitFor(async () => (await bus.deadLetters.count()) === killers.length, {
    timeoutMs: 150_000,
    message: `${killers.length} dead letters`,
  })
  const dead = (await bus.deadLetters.list({ reason: 'delivery-limit' })).letters.map(({ event }) => event?.id ?? '')
  expect(dead.toSorted()).toEqual(killers.toSorted())
  const crashes = members.reduce((sum, member) => sum + member.crashes, 0)
  const account = (): Account => {
    const done = members.flatMap((member) => member.journal('done'))
    return accountFor(`${crashes} crashes`, [...good, ...killers], done, dead)
  }
  await waitFor(() => account().lost === 0, { message: 'all others handled' })
  console.table([account()])
  expect(account()).toMatchObject({ handled: good.length, dead: killers.length, lost: 0 })
  expect(crashes).toBeLessThanOrEqual(killers.length * crashesOfEach)
  expect(members.flatMap((member) => member.journal('fault'))).toEqual([])
}

test('events that end the members of a group go to the dead letters, and all others are handled', async () => {
  await makeMembers(2, { group: 'work.#' })
  const before = await publish(20)
  const killers = [...(await publish(1, { end: 'kill' })), ...(await publish(1, { end: 'exit' }))]
  const after = await publish(250)
  await startMembers()
  await settle([...before, ...after], killers)
  const queue = `${exchange}:group:workers:work.#`
  const { letters } = await bus.deadLetters.list()
  expect(letters).toMatchObject(
    killers.map(() => ({ reason: 'delivery-limit', group: 'workers', queue, handlers: [] })),
  )
  await waitFor(async () => (await consumerCount(url, queue)) === 2, { message: 'a consumer of each member' })
}, 240_000)

test('an event that kills its instance takes none with it, slow ones of other queues included; redriven, it is handled', async () => {
  await makeMembers(1, { everywhere: 'boom.#', group: 'work.#' })
  const slow = await publish(1, { workMs: 150 })
  const [killer = ''] = await publish(1, { end: 'kill' }, 'boom.now')
  const beside = await publish(120, {}, 'boom.later')
  await startMembers()
  await settle([...slow, ...beside], [killer])
  await endMembers()
  const { letters } = await bus.deadLetters.list()
  expect(letters).toMatchObject([{ reason: 'delivery-limit', queue: `${exchange}:instance:m1`, event: { id: killer } }])
  const mended: string[] = []
  const transport = rabbitmq({ url, exchangeName: exchange })
  await using next = createEventBus({ source: 'test', instance: 'm1', logger: silentLogger, transport })
  await next.subscribe('boom.#', ({ id }) => void mended.push(id), { name: 'everywhere' }).ready
  expect(await next.deadLetters.redrive({ reason: 'delivery-limit' })).toMatchObject({ redriven: 1, left: 0 })
  await waitFor(() => mended.length > 0)
  expect(mended).toEqual([killer])
  expect(await next.deadLetters.count()).toBe(0)
}, 240_000)

test('an event that ends its process takes none of its batch with it', async () => {
  await makeMembers(1, { group: 'work.#' })
  const transport = rabbitmq({ url, exchangeName: exchange, batching: true })
  await using publisher = createEventBus({ source: 'test', instance: 'batches', logger: silentLogger, transport })
  await publisher.ready
  const batch = [...Array.from({ length: 30 }, () => ({})), { end: 'kill' }, ...Array.from({ length: 30 }, () => ({}))]
  const events = await Promise.all(batch.map((data) => publisher.publish({ type: 'work.item', data })))
  const ids = events.map(({ id }) => id)
  const [killer = ''] = ids.splice(30, 1)
  await startMembers()
  // Three deaths of the batch, until each of its events is a message of its own.
  await settle(ids, [killer], maxDeliveries + 3)
}, 240_000)
