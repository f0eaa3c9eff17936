import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { createEventBus, silentLogger } from '../../src/index.ts'
import { rabbitmq } from '../../src/rabbitmq/index.ts'
import { consumerCount, onChannel, removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { waitFor } from '../support/wait-for.ts'

const url = new URL(inject('amqpUrl'))
const exchangeName = `close-test-${randomUUID()}`
const queue = `${exchangeName}:group:workers:job.*`
const deadLetters = `${exchangeName}:dead-letters`
let proxy: TcpProxy

beforeEach(async () => {
  proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port || 5_672) })
})

afterEach(async () => {
  await proxy.close()
  await removeTopologyOf(url.href, exchangeName, [queue])
})

test('a bus that loses its connection while it closes consumes no more, and wears out no event', async () => {
  const handling = Promise.withResolvers<void>()
  const address = Object.assign(new URL(url), { host: `127.0.0.1:${proxy.port}` })
  const transport = rabbitmq({ url: address.href, exchangeName, reconnect: { minMs: 10, maxMs: 50 } })
  const bus = createEventBus({ source: 'test', instance: 'worker', logger: silentLogger, transport })
  let started = 0
  const handler = async (): Promise<void> => {
    started++
    await handling.promise
  }
  await bus.subscribe('job.*', handler, { group: 'workers', retry: { immediate: 0 } }).ready
  await bus.publish({ type: 'job.one', data: {} })
  await waitFor(() => started === 1)

  const closing = bus.close({ timeoutMs: 10_000 })
  proxy.cut()
  await waitFor(() => proxy.connections === 2)
  // Far longer than 20 deliveries take, after which the broker takes an event for one that kills its consumers.
  await sleep(700)
  expect(await consumerCount(url.href, queue)).toBe(0)
  handling.resolve()
  await closing

  const waiting = await onChannel(url.href, async (channel) => {
    const counts = [await channel.checkQueue(queue), await channel.checkQueue(deadLetters)]
    return counts.map(({ messageCount }) => messageCount)
  })
  expect(waiting).toEqual([1, 0])
  expect(started).toBe(1)
})
