import { expect, test } from 'vitest'
import { readArguments } from '../../src/cli/arguments.ts'
import { UsageError } from '../../src/cli/failure.ts'
import { amqpUrl, clientToken, cluster, clusters, exchange, queueType, serverUrl } from '../../src/cli/options.ts'
import { describeAmqpUrl, readTarget, type Target } from '../../src/cli/target.ts'

const specs = {
  port: { value: 'PORT', env: 'PORT_VARIABLE', default: '80', help: '' },
  quiet: { help: '' },
  kind: { value: 'KIND', help: '' },
} as const

test('a flag beats the variable, the variable beats the default, an empty variable is none', () => {
  const port = (argv: string[], env: NodeJS.ProcessEnv): number =>
    readArguments(specs, argv, env).integer('port', 0, 99)
  expect(port(['--port', '1'], { PORT_VARIABLE: '2' })).toBe(1)
  expect(port([], { PORT_VARIABLE: '2' })).toBe(2)
  expect(port([], { PORT_VARIABLE: '' })).toBe(80)
})

test('errors name the flag or the variable that held the value', () => {
  const read = (argv: string[], env: NodeJS.ProcessEnv) => () => readArguments(specs, argv, env).integer('port', 0, 99)
  expect(read(['--port', '100'], {})).toThrow('--port must be a whole number from 0 to 99')
  expect(read([], { PORT_VARIABLE: '1e1' })).toThrow('PORT_VARIABLE must be a whole number from 0 to 99')
  expect(read(['--port', ''], {})).toThrow('--port is empty')
})

test('switches, choices and positionals', () => {
  const args = readArguments(specs, ['--quiet', 'a', '--kind', 'b', '--', '--c'], {})
  expect(args.flag('quiet')).toBe(true)
  expect(args.positionals).toEqual(['a', '--c'])
  expect(args.oneOf('kind', ['a', 'b'])).toBe('b')
  expect(() => args.oneOf('kind', ['x', 'y'])).toThrow(new UsageError('--kind must be x or y'))
})

const targetSpecs = {
  url: serverUrl,
  'amqp-url': amqpUrl,
  exchange,
  'queue-type': queueType,
  clusters,
  cluster,
  token: clientToken,
}

function target(argv: string[], env: NodeJS.ProcessEnv = {}): Target {
  return readTarget(readArguments(targetSpecs, argv, env), env)
}

test('where a command goes: flags, then EVENTBUS_URL, then EVENTBUS_AMQP_URL, then the port of this machine', () => {
  const both = { EVENTBUS_URL: 'http://env:1/', EVENTBUS_AMQP_URL: 'amqp://env' }
  expect(target(['--url', 'https://flag/base/'], both)).toMatchObject({ kind: 'server', url: 'https://flag/base' })
  expect(target(['--amqp-url', 'amqp://flag'], both)).toMatchObject({ kind: 'rabbitmq', amqpUrl: 'amqp://flag' })
  expect(target([], both)).toMatchObject({ url: 'http://env:1', isDefault: false })
  expect(target([], { EVENTBUS_AMQP_URL: 'amqp://env', EVENTBUS_EXCHANGE: 'x' })).toEqual({
    kind: 'rabbitmq',
    amqpUrl: 'amqp://env',
    exchange: 'x',
    queueType: 'quorum',
  })
  const classic = { EVENTBUS_AMQP_URL: 'amqp://env', EVENTBUS_QUEUE_TYPE: 'classic' }
  expect(target([], classic)).toMatchObject({ kind: 'rabbitmq', queueType: 'classic' })
  expect(() => target(['--queue-type', 'classic'])).toThrow(new UsageError('--queue-type belongs to --amqp-url'))
  expect(() => target(['--amqp-url', 'amqp://flag', '--queue-type', 'stream'])).toThrow(
    '--queue-type must be quorum or',
  )
  expect(target([])).toEqual({
    kind: 'server',
    url: 'http://127.0.0.1:4080',
    token: undefined,
    isDefault: true,
    elsewhere: '--url or --amqp-url',
  })
  expect(target([], { EVENTBUS_PORT: '99' })).toMatchObject({ url: 'http://127.0.0.1:99' })
})

test('a URL with secrets in it is refused without being shown', () => {
  expect(() => target(['--url', 'http://user:secret@host'])).toThrow(
    new UsageError('--url must not hold a user or password; use --token'),
  )
  expect(() => target([], { EVENTBUS_URL: 'secret' })).toThrow(
    new UsageError('EVENTBUS_URL must be like http://host:port'),
  )
  expect(describeAmqpUrl('amqps://user:secret@host:1/v%2Fh')).toBe('amqps://host:1/v%2Fh')
  expect(describeAmqpUrl('secret')).not.toContain('secret')
})
