import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createEventBus, silentLogger, type UntypedBus } from '../../src/index.ts'
import { rabbitmq, type RabbitmqOptions, type TlsOptions } from '../../src/rabbitmq/index.ts'
import { startTlsBroker, type TlsBroker } from '../support/rabbitmq/tls-broker.ts'
import { type Authority, type CertificateFiles, createAuthority } from '../support/tls/certificates.ts'
import { waitFor } from '../support/wait-for.ts'

let authority: Authority
let stranger: Authority
let server: CertificateFiles
let ca: Buffer
const buses: UntypedBus[] = []

beforeAll(async () => {
  ;[authority, stranger] = await Promise.all([createAuthority(), createAuthority()])
  server = await authority.issue('broker', { subjectAltName: 'DNS:localhost' })
  ca = readFileSync(authority.ca)
})

afterAll(() => Promise.all([authority?.remove(), stranger?.remove()]))

afterEach(async () => {
  await Promise.all(buses.splice(0).map((bus) => bus.close({ timeoutMs: 1_000 })))
})

function makeBus(broker: TlsBroker, options: RabbitmqOptions): UntypedBus {
  const transport = rabbitmq({
    port: broker.tlsPort,
    exchangeName: `test.tls.${randomUUID().slice(0, 8)}`,
    reconnect: { minMs: 10, maxMs: 100 },
    ...options,
  })
  const bus = createEventBus({ source: 'test', instance: 'a', logger: silentLogger, transport })
  buses.push(bus)
  return bus
}

async function expectToWork(bus: UntypedBus): Promise<void> {
  const received: unknown[] = []
  await bus.subscribe('a.*', ({ data }) => void received.push(data)).ready
  await bus.publish({ type: 'a.b', data: 'over TLS' })
  await waitFor(() => received.length === 1, { message: 'the event' })
  expect(received).toEqual(['over TLS'])
}

/** `ready` says it, and so do status and health. */
async function expectRefusal(bus: UntypedBus, code: string, message: RegExp): Promise<void> {
  await expect(bus.ready).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  expect(bus.status).toBe('refused')
  for (const connection of ['connection:publish', 'connection:consume']) {
    const said = async (): Promise<string | undefined> => (await bus.healthCheck()).checks[connection]?.output
    expect(await waitFor(said, { message: connection })).toMatch(message)
  }
}

function readPair({ cert, key }: CertificateFiles): { cert: Buffer; key: Buffer } {
  return { cert: readFileSync(cert), key: readFileSync(key) }
}

describe('TLS', () => {
  let broker: TlsBroker

  beforeAll(async () => {
    broker = await startTlsBroker({ authority, certificate: server })
  })

  afterAll(() => broker?.remove())

  test('with the authority of the broker as ca, events go over TLS', async () => {
    const bus = makeBus(broker, { tls: { ca } })
    await expectToWork(bus)
    expect(await broker.ctl('list_connections', '--silent', 'ssl')).toMatch(/^(true\s*){2}$/)
  })

  test('a broker whose authority is unknown is TLS_FAILED, which asks for tls.ca', async () => {
    await expectRefusal(makeBus(broker, { tls: true }), 'TLS_FAILED', /SELF_SIGNED_CERT_IN_CHAIN.*tls\.ca/)
    const tls = { ca: readFileSync(stranger.ca) }
    await expectRefusal(makeBus(broker, { tls }), 'TLS_FAILED', /UNABLE_TO|SELF_SIGNED.*tls\.ca/)
  })

  test('a certificate for another name is TLS_FAILED, which shows its names; tls.servername says which one is meant', async () => {
    const bus = makeBus(broker, { host: '127.0.0.1', tls: { ca } })
    await expectRefusal(bus, 'TLS_FAILED', /127\.0\.0\.1 is not in the cert's list.*tls\.servername/)
    await expectToWork(makeBus(broker, { host: '127.0.0.1', tls: { ca, servername: 'localhost' } }))
  })

  test('an expired certificate is TLS_FAILED; when the broker has a valid one the bus comes by itself', async () => {
    const options = { subjectAltName: 'DNS:localhost', expired: true }
    await broker.useCertificate(await authority.issue('broker', options))
    const bus = makeBus(broker, { tls: () => ({ ca }) })
    try {
      await expectRefusal(bus, 'TLS_FAILED', /CERT_HAS_EXPIRED.*expired/)
    } finally {
      await broker.useCertificate(server)
    }
    await waitFor(() => bus.status === 'open', { message: 'connected' })
    await expectToWork(bus)
  })

  test('without TLS, the error about the TLS port says so', async () => {
    const bus = makeBus(broker, {})
    await expect(bus.publish({ type: 'a.b', data: 1 }, { timeoutMs: 500 })).rejects.toThrow(/tls: true/)
  })

  test('a broker that closes all connections five times loses no event', async () => {
    const bus = makeBus(broker, { tls: { ca } })
    const received: unknown[] = []
    await bus.subscribe('a.*', ({ data }) => void received.push(data)).ready
    const publishes: Promise<unknown>[] = []
    for (let time = 0; time < 5; time++) {
      for (let number = 0; number < 200; number++) publishes.push(bus.publish({ type: 'a.b', data: publishes.length }))
      await broker.ctl('close_all_connections', 'test')
    }
    await Promise.all(publishes)
    await waitFor(() => new Set(received).size === 1_000, { message: 'all events' })
  })
})

describe('a client certificate', () => {
  let broker: TlsBroker
  let client: { cert: Buffer; key: Buffer }

  beforeAll(async () => {
    broker = await startTlsBroker({ authority, certificate: server, clientCertificate: 'required' })
    client = readPair(await authority.issue('worker'))
    for (const user of ['worker', 'second']) {
      await broker.ctl('add_user', user, 'no-password-is-used')
      await broker.ctl('set_permissions', user, '.*', '.*', '.*')
    }
  })

  afterAll(() => broker?.remove())

  test('that is demanded and missing is TLS_FAILED, which asks for tls.cert', async () => {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const bus = makeBus(broker, { tls: { ca, maxVersion } })
      await expectRefusal(bus, 'TLS_FAILED', /demands a client certificate.*tls\.cert/)
    }
  })

  test('of an authority that the broker does not know is TLS_FAILED, which names the option of the broker', async () => {
    const tls = { ca, ...readPair(await stranger.issue('worker')) }
    await expectRefusal(makeBus(broker, { tls }), 'TLS_FAILED', /refuses the client certificate.*cacertfile/)
  })

  test('opens the door, and user and password say who comes', async () => {
    await expectToWork(makeBus(broker, { tls: { ca, ...client } }))
    expect(await usersOf(broker)).toEqual(['guest', 'guest'])
  })

  test("with authMechanism 'external' it says who comes", async () => {
    await expectToWork(makeBus(broker, { tls: { ca, ...client }, authMechanism: 'external' }))
    expect(await usersOf(broker)).toEqual(['worker', 'worker'])
  })

  test('whose user the broker does not have is CREDENTIALS_REFUSED, which says where the name comes from', async () => {
    const tls = { ca, ...readPair(await authority.issue('nobody')) }
    const bus = makeBus(broker, { tls, authMechanism: 'external' })
    await expectRefusal(bus, 'CREDENTIALS_REFUSED', /user of the client certificate.*ssl_cert_login_from/)
  })

  test('that a function answers with is read anew for each connection, and nothing is lost between two', async () => {
    let tls: TlsOptions = { ca, ...client }
    const bus = makeBus(broker, { tls: async () => tls, authMechanism: 'external' })
    const received: unknown[] = []
    await bus.subscribe('a.*', ({ data }) => void received.push(data)).ready
    tls = { ca, ...readPair(await authority.issue('second')) }
    const publishes = [1, 2, 3].map((data) => bus.publish({ type: 'a.b', data }))
    await broker.ctl('close_all_connections', 'test')
    await waitFor(async () => (await usersOf(broker)).join() === 'second,second', { message: 'the second user' })
    await Promise.all([...publishes, bus.publish({ type: 'a.b', data: 4 })])
    await waitFor(() => new Set(received).size === 4, { message: 'all events' })
  })
})

test("authMechanism 'external' at a broker without the plugin is CREDENTIALS_REFUSED, which names the plugin", async () => {
  const broker = await startTlsBroker({ authority, certificate: server, external: false })
  try {
    const tls = { ca, ...readPair(await authority.issue('worker')) }
    const bus = makeBus(broker, { tls, authMechanism: 'external' })
    await expectRefusal(bus, 'CREDENTIALS_REFUSED', /rabbitmq_auth_mechanism_ssl/)
    await bus.close()
  } finally {
    await broker.remove()
  }
})

/** The users of the connections that are open. */
async function usersOf(broker: TlsBroker): Promise<string[]> {
  return (await broker.ctl('list_connections', '--silent', 'user')).trim().split(/\s+/)
}
