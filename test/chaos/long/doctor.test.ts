import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEventBus, silentLogger } from '../../../src/index.ts'
import { examine as examineBroker } from '../../../src/rabbitmq/doctor/examine.ts'
import type { Finding } from '../../../src/rabbitmq/doctor/finding.ts'
import { rabbitmq } from '../../../src/rabbitmq/index.ts'
import { resolveRabbitmqOptions } from '../../../src/rabbitmq/options.ts'
import { runHere } from '../../cli/in-process.ts'
import { type Cluster, startCluster } from '../../support/rabbitmq/cluster.ts'
import { type PrivateBroker, startBroker } from '../../support/rabbitmq/private-broker.ts'
import { startTlsBroker, type TlsBroker } from '../../support/rabbitmq/tls-broker.ts'
import { type TcpProxy, startTcpProxy } from '../../support/tcp-proxy.ts'
import { type Authority, createAuthority } from '../../support/tls/certificates.ts'
import { waitFor } from '../../support/wait-for.ts'

const exchange = 'test.doctor'

interface Examined {
  readonly code: number | null
  readonly findings: readonly Finding[]
}

async function examine(url: string, ...args: readonly string[]): Promise<Examined> {
  const { code, stdout } = await runHere(['doctor', '--amqp-url', url, '--exchange', exchange, '--json', ...args])
  const lines = stdout.split('\n').filter((line) => line !== '')
  return { code, findings: lines.map((line) => JSON.parse(line) as Finding) }
}

/** The checks that have failed, with what they say. */
function failures({ findings }: Examined): readonly (Finding & { readonly all: string })[] {
  const failed = findings.filter(({ status }) => status === 'fail')
  return failed.map((line) => ({ ...line, all: `${line.seen} ${line.advice}` }))
}

/** Makes all that a bus makes, with a group, and leaves. */
async function leaveBusThings(url: string): Promise<void> {
  const transport = rabbitmq({ url, exchangeName: exchange })
  const bus = createEventBus({ source: 'test', instance: 'shop-1', logger: silentLogger, transport })
  await bus.subscribe('order.#', () => {}, { group: 'billing' }).ready
  await bus.close()
}

describe('over TLS', () => {
  let authority: Authority
  let broker: TlsBroker

  beforeAll(async () => {
    authority = await createAuthority()
    const certificate = await authority.issue('broker', { subjectAltName: 'DNS:localhost' })
    broker = await startTlsBroker({ authority, certificate })
  })

  afterAll(async () => {
    await broker?.remove()
    await authority?.remove()
  })

  test('an authority that nobody knows, another name than the certificate has, and one that is right', async () => {
    const at = (host: string, query = ''): string => `amqps://guest:guest@${host}:${broker.tlsPort}/${query}`
    const query = `?cacertfile=${authority.ca}`
    const unknown = await examine(at('localhost'))
    expect(failures(unknown)).toMatchObject([{ check: 'connection', code: 'TLS_FAILED' }])
    expect(failures(unknown)[0]?.all).toMatch(/authority that this process does not trust.*cacertfile/)
    const otherName = await examine(at('127.0.0.1', query))
    expect(failures(otherName)[0]).toMatchObject({ code: 'TLS_FAILED', all: expect.stringContaining('other names') })
    expect((await examine(at('localhost', query))).code).toBe(0)
  })
})

describe('a private broker', () => {
  let broker: PrivateBroker

  beforeAll(async () => {
    broker = await startBroker()
  })

  afterAll(() => broker?.remove())

  async function addUser(configure: string, write: string, read: string): Promise<string> {
    const user = `user-${randomUUID().slice(0, 8)}`
    await broker.ctl('add_user', user, 'secret')
    await broker.ctl('set_permissions', user, configure, write, read)
    return broker.url.replace('guest:guest', `${user}:secret`)
  }

  const failedChecks = (examined: Examined): string[] => failures(examined).map(({ check }) => check)
  const all = '.*'

  test('each permission that is missing is named, and no other', async () => {
    await leaveBusThings(broker.url)
    const without = {
      configure: await examine(await addUser('^other', all, all)),
      write: await examine(await addUser(all, '^amq\\.default$', all)),
      read: await examine(await addUser(all, all, '^other')),
      writeDefault: await examine(await addUser(all, '^test\\.doctor', all)),
    }
    expect(failedChecks(without.configure)).toEqual(['permission:configure'])
    expect(failedChecks(without.write)).toEqual(['permission:write'])
    expect(failedChecks(without.read)).toEqual(['permission:read'])
    expect(failedChecks(without.writeDefault)).toEqual(['publish'])
    expect(failures(without.writeDefault)[0]?.advice).toContain('amq.default')
    expect(failures(without.read)[0]?.advice).toContain("'^test\\.doctor.*' for read")
    expect(Object.values(without).map(({ code }) => code)).toEqual([1, 1, 1, 1])
  })

  test('a user who may do what the documentation says passes, and so does one that configures nothing', async () => {
    await leaveBusThings(broker.url)
    const prefix = '^test\\.doctor.*'
    const documented = await addUser(prefix, '^(test\\.doctor.*|amq\\.default)$', prefix)
    expect(failedChecks(await examine(documented))).toEqual([])
    const modest = await examine(await addUser('^$', all, all), '--topology', 'check')
    expect(failedChecks(modest)).toEqual([])
    expect(modest.findings.find(({ check }) => check.endsWith(':scheduled'))?.seen).toContain('not compared')
  })

  test('a user without a virtual host is told how to get in', async () => {
    await broker.ctl('add_user', 'stranger', 'secret')
    const examined = await examine(broker.url.replace('guest:guest', 'stranger:secret'))
    expect(failures(examined)).toMatchObject([{ code: 'VHOST_REFUSED' }])
    expect(failures(examined)[0]?.advice).toContain('set_permissions -p / stranger')
  })

  test('a resource alarm is named', async () => {
    await broker.ctl('set_vm_memory_high_watermark', '0.00001')
    try {
      const examined = await waitFor(
        async () => {
          const one = await examine(broker.url)
          return one.code === 1 ? one : undefined
        },
        { message: 'the alarm', timeoutMs: 30_000 },
      )
      expect(failures(examined)).toMatchObject([{ check: 'publish', advice: expect.stringContaining('alarms') }])
      expect(failures(examined)[0]?.seen).toMatch(/takes no events.*memory/)
    } finally {
      await broker.ctl('set_vm_memory_high_watermark', '0.4')
    }
  })

  describe('behind a network that fails', () => {
    let proxy: TcpProxy

    beforeAll(async () => {
      proxy = await startTcpProxy({ port: broker.port })
    })

    afterAll(() => proxy?.close())

    test('a broker that takes the connection and says nothing, within the limit', async () => {
      proxy.stall()
      try {
        const url = `amqp://guest:guest@127.0.0.1:${proxy.port}`
        const examined = await examine(url, '--timeout-seconds', '1')
        expect(failures(examined)).toMatchObject([{ check: 'connection', advice: expect.stringContaining('firewall') }])
        expect(examined.findings).toHaveLength(1)
      } finally {
        proxy.resume()
      }
    })

    test('a broker that stops answering in the middle: what was found, and that it stopped', async () => {
      const settings = resolveRabbitmqOptions({ url: `amqp://127.0.0.1:${proxy.port}`, exchangeName: exchange })
      const findings: Finding[] = []
      try {
        for await (const finding of examineBroker(settings, { probes: false, timeoutMs: 60_000 })) {
          findings.push(finding)
          proxy.stall()
        }
      } finally {
        proxy.resume()
      }
      expect(findings.map(({ check, status }) => `${check} ${status}`)).toEqual([
        'connection pass',
        'broker pass',
        'permission:configure fail',
        'connection fail',
      ])
      expect(findings.at(-1)?.seen).toContain("has not answered since 'permission:configure'")
    })
  })
})

describe('a cluster of three', () => {
  let cluster: Cluster

  beforeAll(async () => {
    cluster = await startCluster(3)
  }, 240_000)

  afterAll(() => cluster?.remove())

  test('a queue that has lost two of three members, and with them its leader, is named', async () => {
    const [first, ...others] = cluster.nodes as [PrivateBroker, PrivateBroker, PrivateBroker]
    await leaveBusThings(first.url)
    expect((await examine(first.url, '--probe')).code).toBe(0)
    await Promise.all(others.map((node) => node.stop()))
    const examined = await examine(first.url, '--probe', '--group', 'billing', '--pattern', 'order.#')
    const leaderless = failures(examined).filter(({ advice }) => advice?.includes('no leader'))
    expect(leaderless.map(({ check }) => check)).toEqual([
      'wait-ladder',
      `queue:${exchange}:scheduled`,
      `queue:${exchange}:dead-letters`,
      `queue:${exchange}:group:billing:order.#`,
    ])
    expect(examined.findings.at(-1)?.check).toBe('publish')
    expect(examined.code).toBe(1)
  })
})
