import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { consumerCount, onChannel, removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { waitFor } from '../support/wait-for.ts'
import { assertBuilt, type ServerProcess, startServer } from './servers.ts'

const names = ['server-1', 'server-2', 'server-3', 'server-4']

beforeAll(assertBuilt)

describe('three servers on RabbitMQ', () => {
  const exchange = `test.app-servers.${randomUUID().slice(0, 8)}`
  let dataDir: string
  let first: ServerProcess
  let second: ServerProcess
  let third: ServerProcess
  const started: ServerProcess[] = []

  async function start(name: string): Promise<ServerProcess> {
    const server = await startServer(name, { amqpUrl: inject('amqpUrl'), exchange, dataDir })
    started.push(server)
    return server
  }

  beforeAll(async () => {
    dataDir = mkdtempSync(path.join(tmpdir(), 'app-servers-test-'))
    first = await start('server-1')
    second = await start('server-2')
    third = await start('server-3')
  })

  afterAll(async () => {
    await Promise.all(started.map((server) => server.end('SIGKILL')))
    rmSync(dataDir, { recursive: true, force: true })
    await removeTopologyOf(inject('amqpUrl'), exchange, queuesOf(exchange))
  })

  test('an app that is installed on one is listed by the others, and when it is uninstalled it is not', async () => {
    for (const server of [first, second, third]) expect(await appIds(server)).toEqual([])

    await install(first, 'shop')
    for (const server of [first, second, third]) await listed(server, ['shop'])
    expect(await typesHeard(second)).toEqual(
      expect.arrayContaining(['orchestration.install.started', 'app.installed', 'orchestration.install.completed']),
    )

    expect((await third.request('DELETE', '/apps/shop')).status).toBe(204)
    for (const server of [first, second, third]) await listed(server, [])
  })

  test('an installation that fails is announced and installs nothing', async () => {
    const reply = await first.request('POST', '/apps', { appId: 'bad', appName: 'Fails', version: '1' })
    expect(reply.status).toBe(422)
    await waitFor(async () => (await typesHeard(third)).includes('orchestration.install.failed'))
    expect(await appIds(third)).toEqual([])
  })

  test('a setting that is changed on one is read anew by the others, which had cached the old value', async () => {
    await install(first, 'crm')
    await first.request('PUT', '/apps/crm/settings/smtp.password', { value: 'old secret' })
    for (const server of [second, third]) await cached(server, 'crm', { 'smtp.password': 'old secret' })

    await first.request('PUT', '/apps/crm/settings/smtp.password', { value: 'new secret' })
    for (const server of [first, second, third]) await cached(server, 'crm', { 'smtp.password': 'new secret' })
    expect(JSON.stringify(await second.get('/events'))).not.toContain('secret')
  })

  test('one invoice is written for an installation, whoever writes it', async () => {
    const installs = Array.from({ length: 10 }, (_, index) => `billed-${index}`)
    await Promise.all(installs.map((appId, index) => install([first, second, third][index % 3]!, appId)))
    const billed = (): Promise<string[]> => invoicedApps([first, second, third], 'billed')
    await waitFor(async () => (await billed()).length >= installs.length, { message: 'an invoice each' })
    // The same installation asked for again is announced again, as after a lost answer: still one invoice.
    await install(second, 'billed-0')
    await waitFor(async () => (await announcements(third, 'billed-0')) === 2)
    await waitFor(async () => (await waitingInGroup(exchange)) === 0)
    expect(await billed()).toEqual(installs)
    await waitFor(async () => (await consumerCount(inject('amqpUrl'), groupQueueOf(exchange))) === 3)
  })

  test('a server that was killed gets what was published meanwhile, and agrees with the others', async () => {
    await cached(third, 'crm', { 'smtp.password': 'new secret' })
    expect(await third.end('SIGKILL')).toBe('SIGKILL')
    await install(first, 'missed-1')
    await install(second, 'missed-2')
    await second.request('PUT', '/apps/crm/settings/smtp.password', { value: 'newest secret' })

    third = await start('server-3')
    await waitFor(async () => (await announcements(third, 'missed-1')) + (await announcements(third, 'missed-2')) === 2)
    await waitFor(async () => (await typesHeard(third)).includes('settings.updated'))
    expect(await appIds(third)).toEqual(await appIds(first))
    await cached(third, 'crm', { 'smtp.password': 'newest secret' })
    expect(await invoicedApps([first, second, third], 'missed')).toEqual(['missed-1', 'missed-2'])
  })

  test('a server that may have missed events forgets what it had cached', async () => {
    await first.request('PUT', '/apps/crm/settings/theme', { value: 'light' })
    await waitFor(async () => 'theme' in (await second.get<object>('/apps/crm/settings')))
    // A change whose event is lost, with the queue that it lay in.
    writeFileSync(path.join(dataDir, 'settings/crm/theme.json'), '"dark"')
    expect(await second.get('/apps/crm/settings')).toMatchObject({ theme: 'light' })
    await onChannel(inject('amqpUrl'), (channel) => channel.deleteQueue(`${exchange}:instance:server-2`))
    await waitFor(async () => (await second.get<{ theme: string }>('/apps/crm/settings')).theme === 'dark', {
      message: 'the new value',
    })
  })

  test('SIGTERM ends a server in order, with nothing left to do', async () => {
    const fourth = await start('server-4')
    await install(fourth, 'last-one')
    expect((await fourth.request('GET', '/readyz')).status).toBe(200)
    expect(await fourth.end('SIGTERM')).toBe(0)
    expect(fourth.output).toMatch(/^server-4 serves http:\S+\n$/)
    expect(await consumerCount(inject('amqpUrl'), `${exchange}:instance:server-4`)).toBe(0)
    await listed(first, await appIds(second))
  })

  test('a server that cannot come into being says why and ends', async () => {
    const nobody = new URL(inject('amqpUrl'))
    nobody.password = 'wrong'
    const starting = startServer('nobody', { amqpUrl: nobody.href, exchange, dataDir })
    await expect(starting).rejects.toThrow('CREDENTIALS_REFUSED')
  })

  test('what cannot be done is refused with a reason', async () => {
    const bad = await first.request('POST', '/apps', { appId: '../x', appName: 'X', version: '1' })
    expect([bad.status, await bad.json()]).toEqual([400, { error: expect.stringContaining("'appId'") }])
    expect((await first.request('POST', '/apps', { appId: 'crm', appName: 'crm', version: '2' })).status).toBe(409)
    expect((await first.request('PUT', '/apps/nobody/settings/theme', { value: 1 })).status).toBe(404)
    expect((await first.request('GET', '/apps/nobody/settings')).status).toBe(404)
    expect((await first.request('PATCH', '/apps')).status).toBe(405)
  })
})

describe('the demo', () => {
  test('ends with exit code 0 in one process', async () => {
    expect(await runDemo({})).toMatchObject({ code: 0, stderr: '' })
  })

  test('ends with exit code 0 on RabbitMQ', async () => {
    const exchange = `test.demo.${randomUUID().slice(0, 8)}`
    try {
      expect(await runDemo({ EVENTBUS_AMQP_URL: inject('amqpUrl'), EVENTBUS_EXCHANGE: exchange })).toMatchObject({
        code: 0,
        stderr: '',
      })
    } finally {
      await removeTopologyOf(inject('amqpUrl'), exchange, queuesOf(exchange))
    }
  })
})

function queuesOf(exchange: string): string[] {
  const instances = names.map((name) => `${exchange}:instance:${name}`)
  return [...instances, groupQueueOf(exchange)]
}

function groupQueueOf(exchange: string): string {
  return `${exchange}:group:billing:app.installed`
}

async function install(server: ServerProcess, appId: string): Promise<void> {
  const reply = await server.request('POST', '/apps', { appId, appName: appId, version: '1' })
  expect(reply.status, await reply.text()).toBe(201)
}

async function appIds(server: ServerProcess): Promise<string[]> {
  return (await server.get<{ appId: string }[]>('/apps')).map(({ appId }) => appId)
}

async function listed(server: ServerProcess, expected: readonly string[]): Promise<void> {
  await waitFor(async () => JSON.stringify(await appIds(server)) === JSON.stringify(expected), {
    message: `${server.name} to list ${expected.join(', ') || 'nothing'}`,
  })
}

/** Waits until the server has these settings in its cache, and answers with them. */
async function cached(server: ServerProcess, appId: string, expected: object): Promise<void> {
  await waitFor(
    async () => {
      const reply = await server.request('GET', `/apps/${appId}/settings`)
      return reply.headers.get('x-cache') === 'hit' && (await reply.text()) === `${JSON.stringify(expected)}\n`
    },
    { message: `${server.name} to have ${JSON.stringify(expected)}` },
  )
}

interface Heard {
  readonly type: string
  readonly data: { readonly appId?: string }
}

async function typesHeard(server: ServerProcess): Promise<string[]> {
  return (await server.get<Heard[]>('/events')).map(({ type }) => type)
}

/** How often the server heard that the app was installed. */
async function announcements(server: ServerProcess, appId: string): Promise<number> {
  const events = await server.get<Heard[]>('/events')
  return events.filter(({ type, data }) => type === 'app.installed' && data.appId === appId).length
}

/** The apps of all invoices, a double one twice, whose names start so. */
async function invoicedApps(servers: readonly ServerProcess[], start: string): Promise<string[]> {
  const invoices = await Promise.all(servers.map((server) => server.get<{ appId: string }[]>('/invoices')))
  const apps = invoices.flat().map(({ appId }) => appId)
  return apps.filter((appId) => appId.startsWith(start)).sort()
}

async function waitingInGroup(exchange: string): Promise<number> {
  return (await onChannel(inject('amqpUrl'), (channel) => channel.checkQueue(groupQueueOf(exchange)))).messageCount
}

async function runDemo(env: NodeJS.ProcessEnv): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { EVENTBUS_AMQP_URL: _, ...rest } = process.env
  const demo = fileURLToPath(new URL('../../examples/app-servers/src/demo.ts', import.meta.url))
  const child = spawn(process.execPath, [demo], { env: { ...rest, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (text) => (stdout += String(text)))
  child.stderr.on('data', (text) => (stderr += String(text)))
  await once(child, 'close')
  return { code: child.exitCode, stdout, stderr }
}
