import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createEventBus, type Health, healthResponse, type UntypedBus } from '../../src/index.ts'
import { rabbitmq, type RabbitmqOptions } from '../../src/rabbitmq/index.ts'
import { keepingLogger } from '../support/log-lines.ts'
import { forgetConsumers } from '../support/rabbitmq/forget-consumers.ts'
import { type PrivateBroker, startBroker } from '../support/rabbitmq/private-broker.ts'
import { waitFor } from '../support/wait-for.ts'

// What does not pass by itself fails at once, whatever the limits.

const aDay = 24 * 60 * 60 * 1000
let broker: PrivateBroker
let buses: UntypedBus[]
let exchangeName: string

beforeAll(async () => {
  broker = await startBroker()
})

afterAll(() => broker.remove())

beforeEach(() => {
  buses = []
  exchangeName = `test.health.${randomUUID().slice(0, 8)}`
})

afterEach(async () => {
  for (const bus of buses) await bus.close({ timeoutMs: 2_000 })
})

function makeBus(options: RabbitmqOptions, { logger, lines } = keepingLogger()) {
  const transport = rabbitmq({ port: broker.port, exchangeName, reconnect: { minMs: 10, maxMs: 100 }, ...options })
  const health = { warnAfterMs: aDay, failAfterMs: aDay }
  const bus = createEventBus({ source: 'test', instance: 'a', logger, transport, health })
  buses.push(bus)
  return { bus, lines }
}

async function failing(bus: UntypedBus): Promise<Health> {
  const failed = async (): Promise<Health | false> => {
    const health = await bus.healthCheck()
    return health.status === 'fail' && health
  }
  return waitFor(failed, { message: 'a failure' })
}

test('a deaf subscription fails, with the name of its queue, until it hears again', async () => {
  const { bus } = makeBus({ consumerCheckSeconds: 60 })
  const received: unknown[] = []
  await bus.subscribe('work.#', ({ data }) => void received.push(data)).ready
  const queue = `${exchangeName}:instance:a`
  await forgetConsumers(broker, queue)
  const health = await failing(bus)
  expect(health.checks['subscription:instance:a']).toMatchObject({
    status: 'fail',
    observedValue: 0,
    observedUnit: 'consumers',
    output: `The queue '${queue}' has no consumer.`,
  })
  expect(healthResponse(health).statusCode).toBe(503)
  // As somebody would who reads this: the connection is closed on the broker.
  await broker.ctl('close_all_connections', 'deaf')
  await waitFor(async () => (await bus.healthCheck()).ready, { message: 'ready again' })
  await bus.publish({ type: 'work.one', data: 1 })
  await waitFor(() => received.length === 1, { message: 'the event' })
})

test('an expired password fails at once, with the reason and without the password', async () => {
  const password = 'first-secret'
  await broker.ctl('add_user', 'worker', password)
  await broker.ctl('set_permissions', 'worker', '.*', '.*', '.*')
  const { bus, lines } = makeBus({ user: 'worker', password })
  await bus.subscribe('work.#', () => {}).ready
  await broker.ctl('change_password', 'worker', 'second-secret')
  await broker.ctl('close_all_connections', 'rotation')
  const refused = async (): Promise<Health | false> => {
    const health = await bus.healthCheck()
    return health.checks['connection:consume']?.observedValue === 'refused' && health
  }
  const health = await waitFor(refused, { message: 'refused' })
  expect(health).toMatchObject({ status: 'fail', ready: false })
  expect(health.checks['connection:consume']?.output).toMatch(/^CREDENTIALS_REFUSED: /)
  expect(health.checks['subscription:instance:a']).toMatchObject({
    status: 'fail',
    output: expect.stringMatching(/^CREDENTIALS_REFUSED: /),
  })
  const said = JSON.stringify([health, healthResponse(health), lines])
  expect(said).toContain('CREDENTIALS_REFUSED')
  expect(said).not.toContain('secret')
})
