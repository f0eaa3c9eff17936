import { expect, test } from 'vitest'
import { EventBusError } from '../../src/core/errors.ts'
import { healthCheck } from '../../src/core/health.ts'
import { checkPublisher, type PublisherSight } from '../../src/rabbitmq/publisher-health.ts'
import type { ChannelState } from '../../src/rabbitmq/recovering-channel.ts'

const connected = healthCheck('pass', 'open')
const open = { name: 'open' } as ChannelState

/** The check of a publisher with something in its buffer. */
function check(sight: Partial<PublisherSight>, connection = connected) {
  return checkPublisher(
    { state: open, pending: { events: 7, bytes: 700 }, fill: 0, oldestMs: 10, ...sight },
    connection,
  )
}

test('what is on its way passes', () => {
  expect(check({})).toMatchObject({ status: 'pass', observedValue: 7, observedUnit: 'events' })
  expect(check({})).not.toHaveProperty('output')
})

test('a buffer warns from half full on, and fails when it is full; the reason says how many and how long', () => {
  expect(check({ fill: 0.49 }).status).toBe('pass')
  expect(check({ fill: 0.5, oldestMs: 1_234 })).toMatchObject({
    status: 'warn',
    output: 'The buffer is filled to 50%; 7 events with 700 bytes wait here, the oldest for 1.2 s',
  })
  expect(check({ fill: 1 })).toMatchObject({ status: 'fail', output: expect.stringContaining('is full') })
})

test('a broker that does not confirm is a warning', () => {
  expect(check({ oldestMs: 4_999 }).status).toBe('pass')
  expect(check({ oldestMs: 60_000 })).toMatchObject({
    status: 'warn',
    output: expect.stringMatching(/^The broker does not confirm; 7 events .* for 60\.0 s$/),
  })
})

test.for(['pass', 'warn', 'fail'] as const)('without a connection it is as bad as that: %s', (status) => {
  const away = healthCheck(status, 'connecting', 'CONNECTION_FAILED: gone')
  const lost: ChannelState = { name: 'waiting', cause: new EventBusError('CONNECTION_FAILED', 'gone, too') }
  expect(check({ state: lost }, away)).toMatchObject({
    status,
    output: expect.stringMatching(/^CONNECTION_FAILED: gone; 7 events/),
  })
  const empty = check({ state: lost, pending: { events: 0, bytes: 0 } }, away)
  expect(empty).toMatchObject({ status, output: 'CONNECTION_FAILED: gone' })
})

test('a blocked connection is a warning', () => {
  expect(check({}, healthCheck('warn', 'blocked', 'memory')).status).toBe('warn')
})

test('a channel that cannot be set up fails with the reason; one that is about to be is a warning', () => {
  const cause = new EventBusError('PERMISSION_DENIED', 'no right to write')
  expect(check({ state: { name: 'failed', cause } })).toMatchObject({
    status: 'fail',
    output: expect.stringContaining('PERMISSION_DENIED: no right to write'),
  })
  const slow = new EventBusError('BROKER_TIMEOUT', 'no answer')
  expect(check({ state: { name: 'waiting', cause: slow } }).status).toBe('fail')
  const lost = new EventBusError('CONNECTION_FAILED', 'gone')
  expect(check({ state: { name: 'waiting', cause: lost } }).status).toBe('warn')
  expect(check({ state: { name: 'waiting' } }).status).toBe('warn')
})
