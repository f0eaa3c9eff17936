import { describe, expect, test } from 'vitest'
import { describeAddress, type RabbitmqOptions, resolveRabbitmqOptions } from '../../src/rabbitmq/options.ts'
import { credentialsRefused, mechanismRefused, vhostRefused } from '../../src/rabbitmq/refusals.ts'

const secret = 'hunter2'

test('without options it is the local broker', () => {
  expect(resolveRabbitmqOptions(undefined)).toMatchObject({
    hosts: [{ name: 'localhost', port: 5_672 }],
    login: { kind: 'password', user: 'guest', password: 'guest' },
    vhost: '/',
    tls: undefined,
    exchange: 'appserver.events',
    durable: true,
    heartbeatSeconds: 10,
    reconnect: { minMs: 100, maxMs: 30_000 },
    prefetch: 100,
    consumerCheckMs: 30_000,
    maxBufferedEvents: 100_000,
    maxBufferedBytes: 268_435_456,
    topology: 'declare',
    queueType: 'quorum',
    instanceExpiresMs: 86_400_000,
    format: 'structured',
    batching: undefined,
  })
})

describe('an address', () => {
  test.for<[string, RabbitmqOptions, object]>([
    [
      'of a host',
      { host: 'a', port: 1, user: 'u', password: 'p', vhost: 'v' },
      { hosts: [{ name: 'a', port: 1 }], login: { user: 'u', password: 'p' }, vhost: 'v' },
    ],
    [
      'as a URL',
      { url: 'amqp://u:p@a:1/v' },
      { hosts: [{ name: 'a', port: 1 }], login: { user: 'u', password: 'p' }, vhost: 'v' },
    ],
    ['with escapes', { url: 'amqp://u%40x:p%2F%3A@a/%2Fv' }, { login: { user: 'u@x', password: 'p/:' }, vhost: '/v' }],
    ['of the default virtual host', { url: 'amqp://a/' }, { vhost: '/' }],
    ['of a TLS port', { url: 'amqps://a' }, { hosts: [{ name: 'a', port: 5_671 }], tls: {} }],
    [
      'of TLS with options',
      { tls: { servername: 'b' } },
      { hosts: [{ name: 'localhost', port: 5_671 }], tls: { servername: 'b' } },
    ],
    ['of IPv6', { url: 'amqp://[::1]:1' }, { hosts: [{ name: '::1', port: 1 }] }],
    [
      'of a cluster',
      { hosts: ['a', 'b:1', '[::1]', '[::1]:2'], port: 9 },
      {
        hosts: [
          { name: 'a', port: 9 },
          { name: 'b', port: 1 },
          { name: '::1', port: 9 },
          { name: '::1', port: 2 },
        ],
      },
    ],
  ])('%s', ([, options, settings]) => {
    expect(resolveRabbitmqOptions(options)).toMatchObject(settings)
  })
})

test('batching is off, or on with limits', () => {
  const batchingOf = (batching: RabbitmqOptions['batching']): unknown => resolveRabbitmqOptions({ batching }).batching
  expect(batchingOf(false)).toBeUndefined()
  expect(batchingOf(true)).toEqual({ maxEvents: 100, maxBytes: 65_536 })
  expect(batchingOf({ maxEvents: 10 })).toEqual({ maxEvents: 10, maxBytes: 65_536 })
})

describe('a mistake is OPTION_INVALID, names the option and shows no secret', () => {
  test.for<[string, Record<string, unknown>]>([
    ['host', { host: 1 }],
    ['host', { host: secret, hosts: ['b'] }],
    ['host', { host: secret, url: 'amqp://b' }],
    ['port', { port: '5672' }],
    ['port', { port: 65_536 }],
    ['user', { user: '' }],
    ['password', { password: { secret } }],
    ['password', { password: secret, url: 'amqp://b' }],
    ['vhost', { vhost: '' }],
    ['url', { url: secret }],
    ['url', { url: `amqp://u:${secret}/x@a` }],
    ['url', { url: `http://u:${secret}@a` }],
    ['url', { url: `amqp://u:${secret}%zz@a` }],
    ['url', { url: `amqp://u:${secret}@a/%zz` }],
    ['hosts', { hosts: [] }],
    ['hosts', { hosts: 'a' }],
    ['hosts', { hosts: [1] }],
    ['hosts', { hosts: ['a:b:c'] }],
    ['hosts', { hosts: ['a:0'] }],
    ['hosts', { hosts: ['a:65536'] }],
    ['tls', { tls: 'yes' }],
    ['tls', { tls: false, url: `amqps://u:${secret}@a` }],
    ['exchangeName', { exchangeName: '' }],
    ['exchangeName', { exchangeName: 'amq.topic' }],
    ['exchangeName', { exchangeName: 'x'.repeat(101) }],
    ['exchangeType', { exchangeType: 'fanout' }],
    ['durable', { durable: 'yes' }],
    ['heartbeatSeconds', { heartbeatSeconds: 0 }],
    ['connectTimeoutMs', { connectTimeoutMs: 1 }],
    ['reconnect', { reconnect: 5 }],
    ['minMs', { reconnect: { minMs: 0 } }],
    ['retries', { reconnect: { retries: 3 } }],
    ['prefetch', { prefetch: 65_536 }],
    ['consumerCheckSeconds', { consumerCheckSeconds: 0 }],
    ['maxBufferedEvents', { maxBufferedEvents: 0 }],
    ['maxBufferedBytes', { maxBufferedBytes: 1.5 }],
    ['topology', { topology: 'none' }],
    ['queueType', { queueType: 'stream' }],
    ['instanceExpiresSeconds', { instanceExpiresSeconds: 0 }],
    ['format', { format: 'avro' }],
    ['batching', { batching: 100 }],
    ['batching', { batching: true, format: 'binary' }],
    ['maxEvents', { batching: { maxEvents: 1 } }],
    ['maxBytes', { batching: { maxBytes: 100 } }],
    ['events', { batching: { events: 5 } }],
    ['hostname', { hostname: 'a' }],
  ])('%s: %o', ([name, options]) => {
    expect(() => resolveRabbitmqOptions(options as RabbitmqOptions)).toThrow(
      expect.objectContaining({
        code: 'OPTION_INVALID',
        message: expect.stringMatching(new RegExp(`^rabbitmq.*\\b${name}\\b(?!.*${secret})`)),
      }),
    )
  })
})

test('what logs and errors say of an address has no password', () => {
  const settings = resolveRabbitmqOptions({ url: `amqps://u:${secret}@a:1/v` })
  const address = describeAddress(settings, { name: 'a', port: 1 })
  expect(address).toBe("amqps://a:1 (vhost 'v')")
  for (const refused of [credentialsRefused, mechanismRefused, vhostRefused]) {
    const { message } = refused(address, 'u', undefined)
    expect(message).toContain("amqps://a:1 (vhost 'v')")
    expect(message).not.toContain(secret)
  }
})
