import { randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { createEventBus, type Logger, type UntypedBus } from '../../src/index.ts'
import {
  type Ask,
  type Credentials,
  rabbitmq,
  type RabbitmqOptions,
  type TlsOptions,
} from '../../src/rabbitmq/index.ts'
import { removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { waitFor } from '../support/wait-for.ts'

const secret = 'hunter2-secret'
const url = inject('amqpUrl')
const { hostname, port, pathname, username, password } = new URL(url)
const good: Credentials = { user: decodeURIComponent(username), password: decodeURIComponent(password) }

let proxy: TcpProxy
let exchangeName: string
let buses: UntypedBus[]
let logged: string

beforeEach(async () => {
  proxy = await startTcpProxy({ host: hostname, port: Number(port || 5_672) })
  exchangeName = `test.credentials.${randomUUID().slice(0, 8)}`
  buses = []
  logged = ''
})

afterEach(async () => {
  await Promise.all(buses.map((bus) => bus.close({ timeoutMs: 1_000 })))
  await proxy.close()
  await removeTopologyOf(url, exchangeName, [`${exchangeName}:instance:a`])
})

/** What is not credentials is cast: programs in JavaScript do worse. */
function makeBus(credentials: Ask<unknown>, options: RabbitmqOptions = {}): UntypedBus {
  const note = (...line: unknown[]): void => void (logged += inspect(line, { depth: Infinity }))
  const logger: Logger = { debug: note, info: note, warn: note, error: note }
  const transport = rabbitmq({
    url: `amqp://127.0.0.1:${proxy.port}${pathname}`,
    credentials: credentials as Ask<Credentials>,
    connectTimeoutMs: 500,
    exchangeName,
    reconnect: { minMs: 10, maxMs: 50 },
    ...options,
  })
  const bus = createEventBus({ source: 'test', instance: 'a', logger, transport })
  buses.push(bus)
  return bus
}

/** Its text in health, once it has one. */
async function fault(bus: UntypedBus): Promise<string> {
  return waitFor(async () => (await bus.healthCheck()).checks['connection:publish']?.output, { message: 'a fault' })
}

test('a function is asked before each connection', async () => {
  let asked = 0
  const bus = makeBus(() => {
    asked++
    return good
  })
  await bus.ready
  expect(asked).toBe(2)
  proxy.cut()
  await waitFor(() => asked === 4, { message: 'asked again' })
  await bus.publish({ type: 'a.b', data: 1 })
  expect(logged).not.toContain(inspect(good.password))
})

test('an asynchronous function is waited for', async () => {
  const answer = Promise.withResolvers<Credentials>()
  const bus = makeBus(() => answer.promise)
  const publish = bus.publish({ type: 'a.b', data: 1 })
  expect(bus.status).toBe('connecting')
  answer.resolve(good)
  await publish
})

describe('a function that', () => {
  test.for<[string, Ask<unknown>, RegExp]>([
    ['throws', () => fail(new Error(secret)), /'credentials' failed \(Error\)/],
    [
      'rejects',
      async () => fail(Object.assign(new Error(secret), { code: 'ECONNREFUSED' })),
      /failed \(ECONNREFUSED\)/,
    ],
    ['throws no error', () => fail(secret), /it threw a string/],
    ['never answers', () => new Promise(() => {}), /did not answer within 500 ms \(connectTimeoutMs\)/],
    [
      'answers with what has expired',
      () => ({ user: 'u', password: secret, expiresAt: new Date(0) }),
      /expired at 1970-01-01T00:00:00.000Z/,
    ],
  ])('%s is CREDENTIALS_UNAVAILABLE, and asked again; events wait', async ([, broken, message]) => {
    let answer = broken
    const bus = makeBus((context) => answer(context))
    const publish = bus.publish({ type: 'a.b', data: 1 })
    const said = await fault(bus)
    expect(said).toMatch(/^CREDENTIALS_UNAVAILABLE: /)
    expect(said).toMatch(message)
    expect(bus.status).toBe('connecting')
    answer = () => good
    await publish
    await waitFor(() => bus.status === 'open', { message: 'both connections' })
    expect(logged).toMatch(message)
    expect(said + logged).not.toContain(secret)
  })

  test.for<[string, unknown, RegExp]>([
    ['nothing', undefined, /'answer' is null.*\{ user, password \}/],
    ['a text', secret, /'answer' is a string/],
    ['an other name', { username: 'u', password: secret }, /'username' is not an option.*user, password, expiresAt/],
    ['no user', { password: secret }, /'user' is missing/],
    ['no password', { user: 'u' }, /'password' is missing/],
    ['an empty password', { user: 'u', password: '' }, /'password' is an empty string/],
    ['bytes', { user: 'u', password: Buffer.from(secret) }, /'password' is an object/],
    ['a time in milliseconds', { user: 'u', password: secret, expiresAt: Date.now() }, /'expiresAt' is a number/],
    ['an invalid date', { user: 'u', password: secret, expiresAt: new Date('soon') }, /'expiresAt' is an object/],
  ])('answers with %s is OPTION_INVALID, and asked again', async ([, wrong, message]) => {
    let answer = wrong
    const bus = makeBus(() => answer)
    await expect(bus.ready).rejects.toMatchObject({ code: 'OPTION_INVALID', message: expect.stringMatching(message) })
    expect(bus.status).toBe('refused')
    const said = await fault(bus)
    expect(said).toMatch(message)
    answer = good
    await waitFor(() => bus.status === 'open', { message: 'connected' })
    expect(said + logged).not.toContain(secret)
  })

  test('answers with a wrong password is CREDENTIALS_REFUSED, without the password; the right one mends it', async () => {
    let answer = { ...good, password: secret }
    const bus = makeBus(() => answer)
    const error: unknown = await bus.ready.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'CREDENTIALS_REFUSED', message: expect.stringContaining(good.user) })
    const refusal: unknown = await bus.publish({ type: 'a.b', data: 1 }).catch((thrown: unknown) => thrown)
    expect(refusal).toMatchObject({ code: 'CREDENTIALS_REFUSED' })
    const said = [error, refusal, await bus.healthCheck()].map((one) => inspect(one, { depth: Infinity })).join()
    expect(said + logged).not.toContain(secret)
    answer = good
    await waitFor(() => bus.status === 'open', { message: 'connected' })
    await bus.publish({ type: 'a.b', data: 2 })
  })

  test('fails tells its own error to who looks at the cause', async () => {
    const own = new Error('the vault is sealed')
    const bus = makeBus(() => fail(own))
    await expect(bus.publish({ type: 'a.b', data: 1 }, { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'PUBLISH_TIMEOUT',
      cause: { code: 'CREDENTIALS_UNAVAILABLE', cause: own },
    })
  })

  test('never answers learns that nobody waits any more, and keeps no bus from closing', async () => {
    const signals: AbortSignal[] = []
    const bus = makeBus(({ signal }) => {
      signals.push(signal)
      return new Promise(() => {})
    })
    await waitFor(() => signals.length > 2, { message: 'asked again' })
    expect(signals[0]?.aborted).toBe(true)
    const startedAt = Date.now()
    await bus.close()
    expect(Date.now() - startedAt).toBeLessThan(400)
    expect(signals.every(({ aborted }) => aborted)).toBe(true)
  })

  test('answers for TLS with what is none is OPTION_INVALID', async () => {
    const tls = async (): Promise<TlsOptions> => ({ ca: `/etc/${secret}.pem` })
    const bus = makeBus(() => good, { url: `amqps://127.0.0.1:${proxy.port}`, tls })
    await expect(bus.ready).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message:
        "rabbitmq: the function 'tls': 'answer' has a 'ca' that is no certificate; allowed: the text of PEM files, not their names",
    })
  })
})

function fail(thrown: unknown): never {
  throw thrown
}
