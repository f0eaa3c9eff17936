import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createEventBus, silentLogger, type UntypedBus } from '../../../src/index.ts'
import { type Credentials, rabbitmq, type RabbitmqOptions } from '../../../src/rabbitmq/index.ts'
import { startTokenBroker, type TokenBroker } from '../../support/rabbitmq/token-broker.ts'
import { waitFor } from '../../support/wait-for.ts'

let broker: TokenBroker
let buses: UntypedBus[]
let received: unknown[]

beforeAll(async () => {
  broker = await startTokenBroker()
})

afterAll(() => broker?.remove())

beforeEach(() => {
  buses = []
  received = []
})

afterEach(async () => {
  await Promise.all(buses.map((bus) => bus.close({ timeoutMs: 1_000 })))
})

/** A bus that receives what it publishes. */
async function startBus(credentials: NonNullable<RabbitmqOptions['credentials']>): Promise<UntypedBus> {
  const transport = rabbitmq({
    port: broker.port,
    exchangeName: `test.credentials.${randomUUID().slice(0, 8)}`,
    reconnect: { minMs: 10, maxMs: 100 },
    credentials,
  })
  const bus = createEventBus({ source: 'test', instance: 'a', logger: silentLogger, transport })
  buses.push(bus)
  await bus.subscribe('a.*', ({ data }) => void received.push(data)).ready
  return bus
}

/** Publishes one event after the other until `done` resolves; then all have arrived. Answers how many. */
async function publishUntil(bus: UntypedBus, done: Promise<unknown>): Promise<number> {
  let isDone = false
  const noted = done.finally(() => (isDone = true))
  noted.catch(() => {})
  let count = 0
  while (!isDone) await bus.publish({ type: 'a.b', data: count++ })
  await noted
  await waitFor(() => new Set(received).size === count, { message: `all ${count} events` })
  return count
}

/** The connections that the broker has now: their names there, and their users. */
async function connections(): Promise<{ pids: string[]; users: string[] }> {
  const rows = (await broker.ctl('list_connections', '--silent', 'pid', 'user')).trim().split('\n')
  const fields = rows.map((row) => row.split('\t'))
  return { pids: fields.map(([pid = '']) => pid).toSorted(), users: fields.map(([, user = '']) => user) }
}

describe('a password', () => {
  beforeEach(async () => {
    await broker.ctl('add_user', 'worker', 'first')
    await broker.ctl('set_permissions', 'worker', '.*', '.*', '.*')
  })

  afterEach(() => broker.ctl('delete_user', 'worker'))

  test('that is changed on the broker is asked for anew with the next connection, and nothing is lost', async () => {
    let password = 'first'
    const bus = await startBus(() => ({ user: 'worker', password }))
    const rotation = async (): Promise<void> => {
      for (const next of ['second', 'third']) {
        await broker.ctl('change_password', 'worker', next)
        password = next
        await broker.ctl('close_all_connections', 'rotation')
        await waitFor(() => bus.status === 'open', { message: 'connected' })
      }
    }
    expect(await publishUntil(bus, rotation())).toBeGreaterThan(10)
  })

  test('that the function learns later than the broker is refused until then; what waits goes out', async () => {
    let password = 'first'
    let asked = 0
    const bus = await startBus(async () => {
      asked++
      return { user: 'worker', password }
    })
    await broker.ctl('change_password', 'worker', 'second')
    const publishes = Array.from({ length: 500 }, (_, data) => bus.publish({ type: 'a.b', data }))
    await broker.ctl('close_all_connections', 'rotation')
    await waitFor(() => bus.status === 'refused', { message: 'refused' })
    const health = JSON.stringify(await bus.healthCheck())
    expect(health).toContain('CREDENTIALS_REFUSED')
    expect(health).not.toContain('first')
    const askedBefore = asked
    await waitFor(() => asked > askedBefore + 4, { message: 'asked again and again' })
    password = 'second'
    await waitFor(() => bus.status === 'open', { message: 'connected' })
    await Promise.all(publishes)
    await waitFor(() => new Set(received).size === 500, { message: 'all events' })
  })
})

describe('a token that expires', () => {
  const tokenFor = (user: string, lifeSeconds: number): Credentials => {
    // Tokens know whole seconds.
    const expiresAt = new Date(1_000 * Math.floor(Date.now() / 1_000 + lifeSeconds))
    return { user, password: broker.issueToken({ user, expiresAt }), expiresAt }
  }

  test('is renewed on the connections that there are, which go on', async () => {
    let asked = 0
    const bus = await startBus(() => {
      asked++
      return tokenFor('service', 4)
    })
    const before = await connections()
    await publishUntil(
      bus,
      waitFor(() => asked >= 8, { message: 'asked for four tokens a connection' }),
    )
    expect(await connections()).toEqual(before)
    expect(before.users).toEqual(['service', 'service'])
  })

  test('and cannot be renewed ends the connection in time; events wait for the next token', async () => {
    let isDown = false
    const bus = await startBus(async () => {
      if (isDown) throw new Error('no tokens today')
      return tokenFor('service', 4)
    })
    isDown = true
    const outage = async (): Promise<void> => {
      await waitFor(() => bus.status === 'connecting', { message: 'disconnected' })
      const told = async (): Promise<boolean> =>
        JSON.stringify(await bus.healthCheck()).includes('CREDENTIALS_UNAVAILABLE')
      await waitFor(told, { message: 'the reason in health' })
      isDown = false
      await waitFor(() => bus.status === 'open', { message: 'connected' })
    }
    await publishUntil(bus, outage())
  })

  test('and is renewed with one that the broker refuses costs the connection, and no event', async () => {
    let answers = 0
    const bus = await startBus(() => {
      const token = tokenFor('service', 4)
      // The first two are for connecting.
      return [3, 4].includes(++answers) ? { ...token, password: 'no token at all' } : token
    })
    const before = await connections()
    const isNew = async (): Promise<boolean> => {
      const { pids } = await connections()
      return pids.length === before.pids.length && !pids.some((pid) => before.pids.includes(pid))
    }
    await publishUntil(
      bus,
      waitFor(async () => answers >= 8 && (await isNew()), {
        message: 'connected again, and renewed',
      }),
    )
  })

  test('and is renewed for another user makes new connections, as that user', async () => {
    let user = 'first-service'
    const bus = await startBus(() => tokenFor(user, 4))
    user = 'second-service'
    const change = waitFor(async () => (await connections()).users.join() === 'second-service,second-service', {
      message: 'the second user',
    })
    await publishUntil(bus, change)
  })

  test('does not keep a bus from closing at once', async () => {
    const bus = await startBus(() => tokenFor('service', 60))
    const startedAt = Date.now()
    await bus.close()
    expect(Date.now() - startedAt).toBeLessThan(1_000)
    await waitFor(async () => (await broker.ctl('list_connections', '--silent')).trim() === '', {
      message: 'no connection',
    })
  })
})
