import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { createEventBus, silentLogger, type UntypedBus } from '../../src/index.ts'
import { rabbitmq } from '../../src/rabbitmq/index.ts'
import { freePorts } from '../support/free-ports.ts'
import { putDeadLetters } from '../support/rabbitmq/put-dead-letters.ts'
import { onChannel, queueExists, removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { runHere } from './in-process.ts'
import { endAll, run } from './processes.ts'

const amqpUrl = inject('amqpUrl')
const buses: UntypedBus[] = []
let exchange: string

beforeEach(() => {
  exchange = `cli-doctor-${randomUUID().slice(0, 8)}`
})

afterEach(async () => {
  await endAll()
  await Promise.all(buses.splice(0).map((bus) => bus.close({ timeoutMs: 1_000 })))
  const queues = [`${exchange}:group:billing:order.#`, `${exchange}:instance:shop-1`]
  await removeTopologyOf(amqpUrl, exchange, queues)
})

interface Line {
  readonly cluster?: string
  readonly check: string
  readonly status: 'pass' | 'warn' | 'fail'
  readonly seen: string
  readonly advice?: string
  readonly code?: string
}

interface Examined {
  readonly code: number | null
  readonly findings: readonly Line[]
  readonly output: string
}

async function examine(args: readonly string[] = [], url: string = amqpUrl): Promise<Examined> {
  const ended = await runHere(['doctor', '--amqp-url', url, '--exchange', exchange, '--json', ...args])
  const lines = ended.stdout.split('\n').filter((line) => line !== '')
  const findings = lines.map((line) => JSON.parse(line) as Line)
  return { code: ended.code, findings, output: ended.stdout + ended.stderr }
}

function found(check: string, { findings }: Examined): Line {
  const line = findings.find((finding) => finding.check === check)
  if (!line) throw new Error(`no check '${check}' in ${JSON.stringify(findings)}`)
  return line
}

/** The checks that have not passed. */
function complaints({ findings }: Examined): Record<string, string> {
  const others = findings.filter(({ status }) => status !== 'pass')
  return Object.fromEntries(others.map(({ check, status }) => [check, status]))
}

/** A bus with a subscription in a group and one of its own. */
async function runBus(): Promise<UntypedBus> {
  const transport = rabbitmq({ url: amqpUrl, exchangeName: exchange })
  const bus = createEventBus({ source: 'test', instance: 'shop-1', logger: silentLogger, transport })
  buses.push(bus)
  await bus.subscribe('order.#', () => {}, { group: 'billing' }).ready
  await bus.subscribe('order.*', () => {}).ready
  return bus
}

const named = ['--group', 'billing', '--pattern', 'order.#', '--instance', 'shop-1']

describe('a broker that is well', () => {
  test('with a bus that runs: every check passes, and the consumers are counted', async () => {
    await runBus()
    const examined = await examine(named)
    expect(complaints(examined)).toEqual({})
    expect(examined.findings.map(({ check }) => check)).toEqual([
      'connection',
      'broker',
      'permission:configure',
      'permission:write',
      'permission:read',
      `exchange:${exchange}`,
      'wait-ladder',
      `queue:${exchange}:scheduled`,
      `queue:${exchange}:dead-letters`,
      `queue:${exchange}:group:billing:order.#`,
      `queue:${exchange}:instance:shop-1`,
      'publish',
    ])
    expect(found(`queue:${exchange}:group:billing:order.#`, examined).seen).toContain('1 consumer')
    expect(found('wait-ladder', examined).seen).toContain('7 levels')
    expect(examined.code).toBe(0)
  })

  test('where no bus has run: a warning, exit code 0, and nothing is made', async () => {
    const examined = await examine([...named, '--probe'])
    expect(complaints(examined)).toEqual({
      [`exchange:${exchange}`]: 'warn',
      [`queue:${exchange}:group:billing:order.#`]: 'warn',
      [`queue:${exchange}:instance:shop-1`]: 'warn',
    })
    expect(examined.code).toBe(0)
    for (const name of ['scheduled', 'dead-letters', 'wait:0', 'group:billing:order.#', 'instance:shop-1']) {
      expect(await queueExists(amqpUrl, `${exchange}:${name}`)).toBe(false)
    }
    await expect(onChannel(amqpUrl, (channel) => channel.checkExchange(exchange))).rejects.toThrow('NOT_FOUND')
  })

  test("for buses with topology 'check' what is missing has failed, and configure is not needed", async () => {
    const examined = await examine(['--topology', 'check'])
    expect(complaints(examined)).toEqual({
      [`exchange:${exchange}`]: 'fail',
      'wait-ladder': 'fail',
      [`queue:${exchange}:scheduled`]: 'fail',
      [`queue:${exchange}:dead-letters`]: 'fail',
    })
    expect(found('permission:configure', examined).seen).toContain('not needed')
    expect(examined.code).toBe(1)
  })
})

describe('what waits', () => {
  test('events without a consumer, and dead letters, are warnings with their number; none is taken', async () => {
    const bus = await runBus()
    await bus.close()
    expect(complaints(await examine([...named, '--probe']))).toEqual({
      [`queue:${exchange}:group:billing:order.#`]: 'warn',
      [`queue:${exchange}:instance:shop-1`]: 'warn',
    })
    await onChannel(amqpUrl, async (channel) => {
      channel.publish(exchange, 'order.placed', Buffer.from('1'))
      channel.publish(exchange, 'order.paid', Buffer.from('2'))
      await channel.checkExchange(exchange)
    })
    await putDeadLetters(amqpUrl, exchange, [{ id: 'e1', type: 'a.b', queue: `${exchange}:none`, headers: {} }])
    for (const _ of [1, 2]) {
      const examined = await examine([...named, '--probe'])
      const group = found(`queue:${exchange}:group:billing:order.#`, examined)
      expect(group).toMatchObject({ status: 'warn', seen: expect.stringContaining('0 consumers; 2 events wait') })
      const letters = found(`queue:${exchange}:dead-letters`, examined)
      expect(letters).toMatchObject({ status: 'warn', seen: '1 dead letters', advice: expect.stringContaining('list') })
      expect(examined.code).toBe(0)
    }
    const taken = await onChannel(amqpUrl, (channel) => channel.get(`${exchange}:group:billing:order.#`))
    expect(taken && taken.fields.redelivered).toBe(false)
  })
})

describe('what was made otherwise', () => {
  test('an exchange of another type, or one that is not durable', async () => {
    await onChannel(amqpUrl, (channel) => channel.assertExchange(exchange, 'fanout'))
    const other = await examine()
    expect(found(`exchange:${exchange}`, other)).toMatchObject({ status: 'fail', code: 'TOPOLOGY_MISMATCH' })
    expect(found(`exchange:${exchange}`, other).seen).toMatch(/'type'.*'fanout'/)
    expect(other.code).toBe(1)
    await onChannel(amqpUrl, async (channel) => {
      await channel.deleteExchange(exchange)
      await channel.assertExchange(exchange, 'topic', { durable: false })
    })
    expect(found(`exchange:${exchange}`, await examine()).seen).toContain("'durable'")
  })

  test('a queue with other arguments: the difference is named, and the queue stays', async () => {
    await onChannel(amqpUrl, (channel) => channel.assertQueue(`${exchange}:scheduled`))
    const examined = await examine()
    const finding = found(`queue:${exchange}:scheduled`, examined)
    expect(finding).toMatchObject({ status: 'fail', code: 'TOPOLOGY_MISMATCH' })
    expect(finding.seen).toContain("'x-queue-type'")
    expect(examined.code).toBe(1)
    expect(await queueExists(amqpUrl, `${exchange}:scheduled`)).toBe(true)
  })

  test('a level of the wait ladder with other arguments, and one whose exchange is gone', async () => {
    await runBus()
    await onChannel(amqpUrl, (channel) => channel.deleteExchange(`${exchange}:wait:3`))
    const gone = found('wait-ladder', await examine())
    expect(gone).toMatchObject({ status: 'warn', seen: expect.stringContaining(`'${exchange}:wait:3'`) })
    await onChannel(amqpUrl, async (channel) => {
      await channel.deleteQueue(`${exchange}:wait:2`)
      await channel.assertQueue(`${exchange}:wait:2`)
    })
    const other = found('wait-ladder', await examine())
    expect(other).toMatchObject({ status: 'fail', code: 'TOPOLOGY_MISMATCH' })
    expect(other.seen).toContain(`'${exchange}:wait:2'`)
  })

  test('classic queues, with --queue-type classic', async () => {
    const transport = rabbitmq({ url: amqpUrl, exchangeName: exchange, queueType: 'classic' })
    const bus = createEventBus({ source: 'test', instance: 'shop-1', logger: silentLogger, transport })
    buses.push(bus)
    await bus.subscribe('order.*', () => {}).ready
    expect(complaints(await examine(['--queue-type', 'classic', '--instance', 'shop-1']))).toEqual({})
    expect((await examine(['--instance', 'shop-1'])).code).toBe(1)
  })
})

describe('a connection that cannot be made', () => {
  function withUrl(change: (url: URL) => void): string {
    const url = new URL(amqpUrl)
    change(url)
    return url.href
  }

  test.each([
    ['a wrong password', (url: URL) => (url.password = 'wr0ng-secret'), 'CREDENTIALS_REFUSED', 'authenticate_user'],
    ['no such virtual host', (url: URL) => (url.pathname = '/not-there'), 'VHOST_REFUSED', "add_vhost not-there'"],
    ['no such host', (url: URL) => (url.hostname = 'nowhere.invalid'), 'CONNECTION_FAILED', 'DNS'],
    ['no port for TLS', (url: URL) => (url.protocol = 'amqps:'), 'TLS_FAILED', 'openssl s_client'],
  ])('%s: one check, which says what to do, and no secret', async (_, change, errorCode, advice) => {
    const url = withUrl((one) => {
      if (!one.username) [one.username, one.password] = ['guest', 'guest']
      const port = one.port || '5672'
      change(one)
      one.port = port
    })
    const { code, findings, output } = await examine(
      [],
      url.replace(/^amqp:(.*)$/, errorCode === 'TLS_FAILED' ? 'amqps:$1' : 'amqp:$1'),
    )
    expect(findings).toMatchObject([{ check: 'connection', status: 'fail', code: errorCode }])
    expect(findings[0]?.advice).toContain(advice)
    expect(output).not.toContain('wr0ng-secret')
    expect(output).not.toContain(':guest@')
    expect(code).toBe(1)
  })

  test('nothing listens', async () => {
    const [port] = await freePorts(1)
    const { code, findings } = await examine([], `amqp://user:wr0ng-secret@127.0.0.1:${port}`)
    expect(findings).toMatchObject([{ code: 'CONNECTION_FAILED', advice: expect.stringContaining('Nothing listens') }])
    expect(code).toBe(1)
  })
})

describe('the command', () => {
  test('prints a line for each check, what to do below it, and a summary', async () => {
    const { code, stdout, stderr } = await run(['doctor', '--amqp-url', amqpUrl, '--exchange', exchange])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^ok {4}connection: connected to amqp:/)
    expect(stdout).toContain(`\nwarn  exchange:${exchange}: it is not there\n      -> The first bus makes it`)
    expect(stdout).toMatch(/\n10 checks: 9 passed, 1 warned, 0 failed\n$/)
  })

  test('examines each cluster of a file, also behind one that is away, or one of them', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'eventbus-doctor-'))
    const file = path.join(folder, 'clusters.json')
    const [port] = await freePorts(1)
    const clusters = [
      { name: 'eu', url: `amqp://127.0.0.1:${port}`, exchange },
      { name: 'us', url: amqpUrl, exchange },
    ]
    writeFileSync(file, JSON.stringify({ clusters }))
    try {
      const both = await runHere(['doctor', '--clusters', file])
      expect(both.stdout).toMatch(/^FAIL {2}eu: connection: .*ECONNREFUSED\n/)
      expect(both.stdout).toContain('ok    us: connection: connected')
      expect(both.stdout).toContain('11 checks: 9 passed, 1 warned, 1 failed')
      expect(both.code).toBe(1)
      const one = await runHere(['doctor', '--clusters', file, '--cluster', 'us', '--json'])
      expect(one.stdout).not.toContain('FAIL')
      expect(one.code).toBe(0)
      const asJson = await runHere(['doctor', '--clusters', file, '--json'])
      expect(JSON.parse(asJson.stdout.split('\n')[0] ?? '')).toMatchObject({ cluster: 'eu', status: 'fail' })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test.each([
    [[], '--amqp-url or --clusters'],
    [['--amqp-url', 'amqp://h', 'there'], "unexpected argument 'there'"],
    [['--amqp-url', 'amqp://h', '--group', 'a'], '--group and --pattern'],
    [['--amqp-url', 'amqp://h', '--group', 'a:b', '--pattern', 'c'], "'group'"],
    [['--amqp-url', 'amqp://h', '--group', 'a', '--pattern', 'c*'], 'PATTERN_INVALID'],
    [['--amqp-url', 'amqp://h', '--topology', 'both'], '--topology must be declare or check'],
    [['--amqp-url', 'amqp://h', '--exchange', 'amq.topic'], "'exchangeName'"],
    [['--amqp-url', 'amqp://h', '--timeout-seconds', '0'], '--timeout-seconds must be'],
  ])('%j is wrong usage', async (args, says) => {
    const { code, stdout, stderr } = await runHere(['doctor', ...args])
    expect(stderr).toContain(says)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})
