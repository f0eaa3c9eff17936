import { randomUUID } from 'node:crypto'
import { afterEach, expect, inject, test } from 'vitest'
import { type MemberProcess, startMember } from '../support/members/start-member.ts'
import { consumerCount, removeTopology } from '../support/rabbitmq/topology.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { waitFor } from '../support/wait-for.ts'

const events = 5_000
const cuts = 20
const inFlight = 50
const prefetch = 50
const receivers = ['receiver-1', 'receiver-2', 'receiver-3']

const exchange = `test.cuts.${randomUUID().slice(0, 8)}`
const instanceQueues = [...receivers, 'publisher'].map((name) => `${exchange}:instance:${name}`)
const groupQueue = `${exchange}:group:workers:work.#`

let proxy: TcpProxy | undefined
const members: MemberProcess[] = []

afterEach(async () => {
  await Promise.all(members.map((member) => member.end()))
  await proxy?.close()
  await removeTopology(inject('amqpUrl'), [exchange], [...instanceQueues, groupQueue, `${exchange}:dead-letters`])
})

test('every confirmed event reaches every instance and the group, though all connections are cut 20 times', async () => {
  const broker = new URL(inject('amqpUrl'))
  proxy = await startTcpProxy({ host: broker.hostname, port: Number(broker.port || 5672) })
  broker.host = `127.0.0.1:${proxy.port}`
  const [publisher, ...readers] = await startAll(broker.href)

  publisher.tell('publish')
  for (let cut = 1; cut <= cuts; cut++) {
    const share = Math.floor((cut * events) / (cuts + 1) / 50) * 50
    await waitFor(() => (publisher.latest('progress')?.confirmed ?? 0) >= share, {
      timeoutMs: 60_000,
      message: `${share} events confirmed`,
    })
    proxy.cut()
  }
  const published = await waitFor(() => publisher.latest('published'), {
    timeoutMs: 60_000,
    message: 'all events published',
  })
  expect(published.failed).toEqual([])
  expect(published.confirmed).toHaveLength(events)

  await waitFor(async () => (await received(readers)).every(({ missing }) => missing(published.confirmed) === 0), {
    timeoutMs: 60_000,
    message: 'every event at every instance and at one member of the group',
  })
  const accounts = await received(readers)
  console.table(
    accounts.map(({ where, ids }) => ({
      where,
      confirmed: events,
      received: new Set(ids).size,
      duplicates: ids.length - new Set(ids).size,
      lost: 0,
    })),
  )
  for (const { where, ids } of accounts) {
    // At each cut an event can be doubled by the publisher (sent, not confirmed) or by the broker (received, not settled).
    const atMost = cuts * (inFlight + (where === 'group' ? prefetch * receivers.length : 0))
    expect(ids.length - new Set(ids).size, `duplicates at ${where}`).toBeLessThanOrEqual(atMost)
  }
  for (const queue of instanceQueues.slice(0, 3)) expect(await consumerCount(inject('amqpUrl'), queue)).toBe(1)
  expect(await consumerCount(inject('amqpUrl'), groupQueue)).toBe(receivers.length)
  expect(members.flatMap(({ faults }) => faults)).toEqual([])
})

async function startAll(url: string): Promise<[MemberProcess, ...MemberProcess[]]> {
  const common = { url, exchange, events, inFlight, prefetch }
  const names = [
    { instance: 'publisher', role: 'publisher' as const },
    ...receivers.map((instance) => ({ instance, role: 'receiver' as const })),
  ]
  members.push(...(await Promise.all(names.map((one) => startMember({ ...common, ...one })))))
  return members as [MemberProcess, ...MemberProcess[]]
}

interface Account {
  readonly where: string
  readonly ids: readonly string[]
  missing(confirmed: readonly string[]): number
}

async function received(readers: readonly MemberProcess[]): Promise<Account[]> {
  const reports = await Promise.all(readers.map((reader) => reader.ask('report', 'received')))
  const accounts = reports.map(({ broadcast }, index) => account(receivers[index] ?? '', broadcast))
  return [
    ...accounts,
    account(
      'group',
      reports.flatMap(({ shared }) => shared),
    ),
  ]
}

function account(where: string, ids: readonly string[]): Account {
  const seen = new Set(ids)
  return { where, ids, missing: (confirmed) => confirmed.filter((id) => !seen.has(id)).length }
}
