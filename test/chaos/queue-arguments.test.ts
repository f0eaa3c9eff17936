import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'amqplib'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createEventBus, DeadLetter, RetryLater, silentLogger, type UntypedBus } from '../../src/index.ts'
import { rabbitmq } from '../../src/rabbitmq/index.ts'
import { type Declared, declareAll, readDeclared } from '../support/rabbitmq/declared.ts'
import { type PrivateBroker, startBroker } from '../support/rabbitmq/private-broker.ts'
import { waitFor } from '../support/wait-for.ts'

/** By release, the oldest first: what it made on a broker for the buses that this file makes. */
const folder = new URL('fixtures/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.startsWith('topology-'))
const releases = files
  .toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }))
  .map((name) => ({ name, declared: JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Declared }))

const advice = `What this version makes on a broker is not what the last release made.
The broker keeps the arguments of a queue or exchange for as long as it exists: a version that asks for other ones is
refused (TOPOLOGY_MISMATCH) wherever an older one has run, and a binding that has changed stays beside the new one.
So take the change back. If it has to be: give the thing a new name, go on working off what lies under the old one, and
keep the fixture as it is, beside one for the new release. Only what is new under a new name may simply be added.`

let broker: PrivateBroker
let buses: UntypedBus[] = []

beforeAll(async () => {
  broker = await startBroker()
})

afterAll(() => broker.remove())

afterEach(async () => {
  await Promise.all(buses.map((bus) => bus.close()))
  buses = []
})

async function makeVhost(name: string): Promise<string> {
  await broker.ctl('add_vhost', name)
  await broker.ctl('set_permissions', '-p', name, 'guest', '.*', '.*', '.*')
  return `${broker.url}/${name}`
}

function makeBus(url: string, instance?: string): UntypedBus {
  const bus = createEventBus({ source: 'test', instance, logger: silentLogger, transport: rabbitmq({ url }) })
  buses.push(bus)
  return bus
}

const longestMs = 2 ** 25 * 1_000

test('what this version makes on a broker is, to the last argument, what the last release made', async () => {
  const url = await makeVhost('now')
  const named = makeBus(url, 'a')
  const generated = makeBus(url)
  await named.subscribe('order.#', () => {}).ready
  await named.subscribe('order.*', () => {}, { group: 'billing' }).ready
  await generated.subscribe('order.#', () => {}).ready
  await named.publish({ type: 'order.placed', data: 1 }, { afterMs: longestMs })
  // The word that stands for its queue in the ladder is a hash of its name: another one in each process.
  const [exit] = (await readDeclared(broker, 'now')).bindings.filter(
    ({ from, to }) => from.endsWith(':exit') && to.endsWith(generated.instance),
  )
  const word = exit?.key.split('.').at(-1) ?? ''
  expect(word).toMatch(/^[0-9a-f]{40}$/)
  const text = JSON.stringify(await readDeclared(broker, 'now'))
  const declared = text.replaceAll(generated.instance, '<generated>').replaceAll(word, '<generated>')
  expect(JSON.parse(declared), advice).toEqual(releases.at(-1)?.declared)
})

test.each(releases)('on a broker as $name says this version works', async ({ name, declared }) => {
  const url = await makeVhost(name)
  await declareAll(declared, url)
  const connection = await connect(url)
  connection.on('error', () => {})
  await (
    await connection.createChannel()
  ).assertQueue('appserver.events:instance:a:lock', { exclusive: true, durable: false })
  const bus = makeBus(url, 'a')
  const everywhere: string[] = []
  const shared: string[] = []
  const instance = bus.subscribe('order.#', ({ data }) => void everywhere.push(String(data)), { name: 'everywhere' })
  const group = bus.subscribe(
    'order.*',
    ({ data }, { attempt }) => {
      shared.push(`${String(data)} ${attempt}`)
      if (data === 'later' && attempt === 1) throw new RetryLater({ afterMs: 1_000 })
      if (data === 'never') throw new DeadLetter('no use')
    },
    { group: 'billing', name: 'shared' },
  )
  await Promise.all([bus.ready, group.ready])
  // The process of the old version ends: its name and its queue are free.
  await connection.close()
  await instance.ready
  for (const data of ['now', 'later', 'never']) await bus.publish({ type: 'order.placed', data })
  await bus.publish({ type: 'order.placed', data: 'scheduled' }, { afterMs: 2_000 })
  await bus.publish({ type: 'order.placed', data: 'far off' }, { afterMs: longestMs })
  await waitFor(() => everywhere.length === 4 && shared.length === 5, { message: 'all handled' })
  expect(everywhere).toEqual(['now', 'later', 'never', 'scheduled'])
  expect(shared.toSorted()).toEqual(['later 1', 'later 2', 'never 1', 'now 1', 'scheduled 1'])
  expect((await bus.deadLetters.list()).letters).toMatchObject([{ reason: 'rejected', group: 'billing' }])
  expect((await bus.healthCheck()).status).toBe('pass')
})
