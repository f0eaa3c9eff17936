import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createEventBus } from '../../src/index.ts'
import { rabbitmq } from '../../src/rabbitmq/index.ts'
import { keepingLogger, type LogLine } from '../support/log-lines.ts'
import { removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { waitFor } from '../support/wait-for.ts'

const url = inject('amqpUrl')
const exchangeName = `test.log-limit.${randomUUID().slice(0, 8)}`
const cuts = 25
let proxy: TcpProxy

beforeAll(async () => {
  const { hostname, port } = new URL(url)
  proxy = await startTcpProxy({ host: hostname, port: Number(port || 5672) })
})

afterAll(async () => {
  await proxy.close()
  await removeTopologyOf(url, exchangeName, [`${exchangeName}:instance:a`])
})

test('a flapping broker does not flood the log, and every loss is counted', { timeout: 60_000 }, async () => {
  const { logger, lines } = keepingLogger()
  const address = new URL(url)
  address.host = `127.0.0.1:${proxy.port}`
  const transport = rabbitmq({ url: address.href, exchangeName, reconnect: { minMs: 10, maxMs: 50 } })
  const startedAt = performance.now()
  const bus = createEventBus({ source: 'test', instance: 'a', logger, transport })
  const subscription = bus.subscribe('a.#', () => {})
  for (let cut = 0; cut < cuts; cut++) {
    await waitFor(() => bus.status === 'open' && subscription.status === 'ready', { timeoutMs: 20_000 })
    proxy.cut()
    await waitFor(() => bus.status !== 'open')
  }
  await waitFor(() => bus.status === 'open', { timeoutMs: 20_000 })
  await bus.close()
  // At once, once in every 10 s, and at the close.
  const most = 2 + Math.floor((performance.now() - startedAt) / 10_000)
  for (const same of sortsOf(lines)) expect(same.length, same[0]?.message).toBeLessThanOrEqual(most)
  for (const connection of ['publish', 'consume']) {
    const ofIt = lines.filter(({ fields }) => fields.connection === connection)
    expect(counted(ofIt, /was lost/)).toBeGreaterThanOrEqual(cuts)
    expect(counted(ofIt, /^Connected to/)).toBeGreaterThan(cuts)
  }
})

/** Lines that say the same of the same, without debug, which is not held back. */
function sortsOf(lines: readonly LogLine[]): readonly LogLine[][] {
  const told = lines.filter(({ level }) => level !== 'debug')
  const sorts = new Map<string, LogLine[]>()
  for (const line of told) {
    const { connection, channel, queue, code } = line.fields
    const sort = JSON.stringify([line.level, line.message, connection, channel, queue, code])
    sorts.set(sort, [...(sorts.get(sort) ?? []), line])
  }
  return [...sorts.values()]
}

function counted(lines: readonly LogLine[], message: RegExp): number {
  return lines
    .filter((line) => message.test(line.message))
    .reduce((sum, { fields }) => sum + ((fields.held_back as number | undefined) ?? 1), 0)
}
