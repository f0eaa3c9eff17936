import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import path from 'node:path'
import { type ChannelModel, connect } from 'amqplib'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, onTestFinished, test } from 'vitest'
import { removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { waitFor } from '../support/wait-for.ts'
import { call, openStream, post } from './http.ts'
import { endAll, run, type Running, startServe, startTail } from './processes.ts'

const amqpUrl = inject('amqpUrl')

let connection: ChannelModel
let exchange: string
let env: { EVENTBUS_AMQP_URL: string; EVENTBUS_EXCHANGE: string }

beforeAll(async () => {
  connection = await connect(amqpUrl)
})

afterAll(() => connection?.close())

beforeEach(() => {
  exchange = `cli-test-${randomUUID()}`
  env = { EVENTBUS_AMQP_URL: amqpUrl, EVENTBUS_EXCHANGE: exchange }
})

// Commands delete their own queues when they end in order; those that were killed leave them to expire.
afterEach(async () => {
  await endAll()
  await removeTopologyOf(amqpUrl, exchange)
})

function idsOf(tail: Running): string[] {
  return tail.lines.map((line) => (JSON.parse(line) as { id: string }).id)
}

/** By a channel of its own: a missing queue ends it. */
async function queueExists(name: string): Promise<boolean> {
  const channel = await connection.createChannel()
  channel.on('error', () => {})
  try {
    await channel.checkQueue(name)
    await channel.close()
    return true
  } catch {
    return false
  }
}

test('publish and tail meet on RabbitMQ, with and without serve between them', async () => {
  const serve = await startServe([], { env })
  const [direct, overServe] = await Promise.all([
    startTail(['shop.#', '--count', '3'], { env }),
    startTail(['shop.#', '--count', '3', '--url', serve.url], { env }),
  ])
  const stream = await openStream(`${serve.url}/events?pattern=shop.%23`)
  const [one, two] = await Promise.all([
    run(['publish', 'shop.one', '{"n":1}'], { env }),
    run(['publish', 'shop.two', '{"n":2}', '--url', serve.url], { env }),
  ])
  expect([one, two]).toMatchObject([
    { code: 0, stderr: '' },
    { code: 0, stderr: '' },
  ])
  const three = await post(serve.url, { type: 'shop.three', data: { n: 3 } })
  const ids = [one.stdout.trim(), two.stdout.trim(), three.body.id as string].toSorted()
  for (const tail of [direct, overServe]) {
    expect((await tail.ended).code).toBe(0)
    expect(idsOf(tail).toSorted()).toEqual(ids)
  }
  await waitFor(() => ids.every((id) => stream.received.includes(id)))
  expect(await call(`${serve.url}/readyz`)).toMatchObject({ status: 200, body: { status: 'pass' } })
  expect(await queueExists(`${exchange}:instance:${instanceOf(direct)}`)).toBe(false)
  expect(await queueExists(`${exchange}:instance:${instanceOf(serve)}`)).toBe(true)
  serve.signal('SIGTERM')
  expect((await serve.ended).code).toBe(0)
  expect(await queueExists(`${exchange}:instance:${instanceOf(serve)}`)).toBe(false)
})

test('serve and tail on an exchange with classic queues', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'eventbus-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'clusters.json')
  writeFileSync(file, JSON.stringify({ clusters: [{ name: 'eu', url: amqpUrl, exchange, queueType: 'classic' }] }))
  const classic = { ...env, EVENTBUS_QUEUE_TYPE: 'classic' }
  const serve = await startServe(['--queue-type', 'classic'], { env })
  const tails = await Promise.all([
    startTail(['shop.#', '--count', '1'], { env: classic }),
    startTail(['shop.#', '--count', '1', '--clusters', file]),
    startTail(['shop.#', '--count', '1', '--clusters', file, '--cluster', 'eu']),
  ])
  const { body } = await post(serve.url, { type: 'shop.one', data: 1 })
  for (const tail of tails) {
    expect((await tail.ended).code).toBe(0)
    expect(idsOf(tail)).toEqual([body.id])
  }
  const refused = await run(['tail', '#'], { env })
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('TOPOLOGY_MISMATCH') })
  expect(refused.stderr).toContain('queueType')
})

test('a file of 1,000 events with bad lines, straight to RabbitMQ', async () => {
  const tail = await startTail(['file.#', '--count', '1000'], { env })
  const lines = Array.from({ length: 1_000 }, (_, index) =>
    JSON.stringify({ type: 'file.event', id: `e${index}`, data: index }),
  )
  const input = lines.toSpliced(100, 0, '{').toSpliced(900, 0, '[]').join('\n')
  const { code, stderr } = await run(['publish', '--file', '-'], { env, input })
  expect(code).toBe(1)
  expect(stderr).toMatch(/line 101: EVENT_INVALID: .*\n.*line 901: EVENT_INVALID: .*\n.*1,000 confirmed, 2 failed/)
  expect((await tail.ended).code).toBe(0)
  expect(idsOf(tail).toSorted()).toEqual(lines.map((_, index) => `e${index}`).toSorted())
})

test('a wrong password ends every command at once, and is never printed', async () => {
  const url = new URL(amqpUrl)
  url.password = 'not-the-password'
  const wrong = { EVENTBUS_AMQP_URL: url.href }
  const ended = await Promise.all([
    run(['serve', '--port', '0'], { env: wrong }),
    run(['publish', 'a.b'], { env: wrong }),
    run(['tail', '#'], { env: wrong }),
  ])
  for (const { code, stdout, stderr } of ended) {
    expect(code).toBe(1)
    expect(stderr).toMatch(/event-bus: CREDENTIALS_REFUSED: .*\n$/)
    expect(stdout + stderr).not.toContain('not-the-password')
  }
  expect(ended[1].stderr.split('\n')).toHaveLength(2)
})

test('a broker that is away: what was tried, where, and why', async () => {
  const away = { EVENTBUS_AMQP_URL: 'amqp://user:secret@127.0.0.1:1', EVENTBUS_TIMEOUT_SECONDS: '1' }
  const [published, tailed, serve] = await Promise.all([
    run(['publish', 'a.b'], { env: away }),
    run(['tail', '#'], { env: away }),
    startServe([], { env: away }),
  ])
  for (const { code, stderr } of [published, tailed]) {
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /CONNECTION_FAILED: not connected within 1 s: .*127.0.0.1:1.*ECONNREFUSED \(without a connection for \d+\.\d s\)\n$/,
    )
    expect(stderr).not.toContain('secret')
  }
  expect(await call(`${serve.url}/livez`)).toMatchObject({ status: 200 })
  expect(await call(`${serve.url}/readyz`)).toMatchObject({ status: 503, body: { status: 'fail' } })
  const single = await post(serve.url, { type: 'a.b' })
  expect(single).toMatchObject({ status: 503, headers: { 'retry-after': '5' }, body: { code: 'PUBLISH_TIMEOUT' } })
  const several = await post(serve.url, [{ type: 'a.b' }, { type: 'a..b' }])
  expect(several).toMatchObject({ status: 503, body: { code: 'PUBLISH_TIMEOUT', published: 0, failed: 2 } })
  const lines = await post(serve.url, '{"type":"a.b"}\n{"type":"a.b"}', { 'content-type': 'application/x-ndjson' })
  expect(lines).toMatchObject({ status: 503, body: { code: 'PUBLISH_TIMEOUT', published: 0, failed: 2 } })
})

test('a stream lives through a lost broker connection and misses nothing', async () => {
  const proxy = await proxyTo(amqpUrl)
  const serve = await startServe([], { env: { ...env, EVENTBUS_AMQP_URL: proxy.url } })
  const stream = await openStream(`${serve.url}/events`)
  proxy.refuse()
  proxy.cut()
  await serve.has('stderr', 'was lost')
  const { stdout } = await run(['publish', 'while.away'], { env })
  proxy.accept()
  await waitFor(() => stream.received.includes(stdout.trim()), { timeoutMs: 15_000 })
  expect(stream.isEnded).toBe(false)
  serve.signal('SIGTERM')
  expect((await serve.ended).code).toBe(0)
  await proxy.close()
})

async function proxyTo(target: string): Promise<TcpProxy & { url: string }> {
  const url = new URL(target)
  const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port || 5672) })
  url.host = `127.0.0.1:${proxy.port}`
  return Object.assign(proxy, { url: url.href })
}

/** The name that a command's bus gives itself. */
function instanceOf({ child }: Running): string {
  return `${hostname().replaceAll(':', '-')}-${child.pid}`
}

test('serve with a store records what anybody publishes, also while it is away', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'eventbus-cli-'))
  const file = path.join(folder, 'events.db')
  const queue = `${exchange}:group:event-recorder:#`
  const recorded = async (): Promise<string[]> => {
    const { stdout } = await run(['history', '--store', file, '--limit', 'all'])
    const lines = stdout.split('\n').filter((line) => line !== '')
    return lines.map((line) => (JSON.parse(line) as { event: { id: string } }).event.id)
  }
  try {
    const ids: string[] = []
    const publish = async (...args: string[]): Promise<void> => {
      ids.push((await run(['publish', 'app.installed', '{}', ...args], { env })).stdout.trim())
    }
    const first = await startServe(['--store', file], { env })
    await waitFor(() => queueExists(queue))
    await publish()
    await publish('--url', first.url)
    await waitFor(async () => (await recorded()).length === 2, { timeoutMs: 15_000 })
    first.signal('SIGTERM')
    expect((await first.ended).code).toBe(0)
    await publish()
    await startServe(['--store', file], { env })
    await waitFor(async () => (await recorded()).length === 3, { timeoutMs: 15_000 })
    expect(await recorded()).toEqual(ids)
  } finally {
    await endAll()
    await removeTopologyOf(amqpUrl, exchange, [queue])
    rmSync(folder, { recursive: true })
  }
})
