import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import type { Credentials } from '../../src/rabbitmq/index.ts'
import { type RabbitmqOptions, resolveRabbitmqOptions } from '../../src/rabbitmq/options.ts'
import { createAuthority } from '../support/tls/certificates.ts'

const secret = 'hunter2'
const authority = await createAuthority()
const files = await authority.issue('worker')
const others = await authority.issue('worker')
const [ca, cert, key] = [readFileSync(authority.ca), readFileSync(files.cert), readFileSync(files.key)]
const askCredentials = (): Credentials => ({ user: 'u', password: secret })
const askTls = (): object => ({ ca })

afterAll(() => authority.remove())

describe('TLS', () => {
  test.for<[string, RabbitmqOptions, unknown]>([
    ['by one word', { tls: true }, {}],
    ['by a URL', { url: 'amqps://a' }, {}],
    ['with an authority', { tls: { ca: [ca] } }, { ca: [ca] }],
    ['with options beside a URL', { url: 'amqps://a', tls: { cert, key } }, { cert, key }],
    ['by a function', { tls: askTls }, askTls],
  ])('%s', ([, options, tls]) => {
    const settings = resolveRabbitmqOptions(options)
    expect(settings.tls).toEqual(tls)
    expect(settings.hosts[0]?.port).toBe(5_671)
  })
})

describe('who connects', () => {
  test.for<[string, RabbitmqOptions, object]>([
    ['a user', { user: 'u', password: 'p' }, { kind: 'password', user: 'u', password: 'p' }],
    ['whom a function names', { credentials: askCredentials }, { kind: 'asked', ask: askCredentials }],
    ['whom a function names, beside a URL', { url: 'amqp://a', credentials: askCredentials }, { kind: 'asked' }],
    ['whom a certificate names', { authMechanism: 'external', tls: { cert, key } }, { kind: 'certificate' }],
    ['whom a certificate of a function names', { authMechanism: 'external', tls: askTls }, { kind: 'certificate' }],
  ])('%s', ([, options, login]) => {
    expect(resolveRabbitmqOptions(options).login).toMatchObject(login)
  })
})

describe('the parameters of a URL are options', () => {
  test('for certificates, by their files', () => {
    const parameters = new URLSearchParams({ cacertfile: authority.ca, certfile: files.cert, keyfile: files.key })
    const url = `amqps://a?${parameters.toString()}&verify=verify_peer&server_name_indication=b&auth_mechanism=external`
    expect(resolveRabbitmqOptions({ url })).toMatchObject({
      tls: { ca: String(ca), cert: String(cert), key: String(key), servername: 'b' },
      login: { kind: 'certificate' },
    })
  })

  test('for limits', () => {
    const url = 'amqp://a?heartbeat=7&connection_timeout=2500'
    expect(resolveRabbitmqOptions({ url })).toMatchObject({ heartbeatSeconds: 7, connectTimeoutMs: 2_500 })
  })
})

describe('a mistake is OPTION_INVALID, names the option and shows no secret', () => {
  const external = { authMechanism: 'external', tls: askTls }
  test.for<[string, string, Record<string, unknown>]>([
    ['tls', 'a file name for its content', { tls: { ca: `/etc/${secret}.pem` } }],
    ['tls', 'an empty authority, which would mean all well-known ones', { tls: { ca: '' } }],
    ['tls', 'no authority at all', { tls: { ca: [] } }],
    ['tls', 'one authority of two that is none', { tls: { ca: [ca, secret] } }],
    ['tls', 'a certificate without key', { tls: { cert } }],
    ['tls', 'a key without certificate', { tls: { key } }],
    ['tls', 'the key of another certificate', { tls: { cert, key: readFileSync(others.key) } }],
    ['tls', 'a certificate that is none', { tls: { cert: secret, key: secret } }],
    ['tls', 'a container that is none', { tls: { pfx: secret } }],
    ['tls', 'an unknown version', { tls: { minVersion: secret } }],
    ['tls', 'another thing', { tls: secret }],
    ['tls', 'files in a URL beside the option', { tls: true, url: `amqps://a?cacertfile=${authority.ca}` }],
    ['tls', 'the file of something else in a URL', { url: `amqps://a?cacertfile=${files.key}` }],
    ['url', 'a file that is not there', { url: `amqps://a?cacertfile=/${secret}` }],
    ['url', 'files without TLS', { url: `amqp://a?cacertfile=${authority.ca}` }],
    ['url', 'a broker that is not to be checked', { url: `amqps://a?verify=${secret}` }],
    ['url', 'a parameter that is none', { url: `amqp://a?${secret}=1` }],
    ['url', 'a parameter twice', { url: 'amqp://a?heartbeat=1&heartbeat=2' }],
    ['heartbeatSeconds', 'a text for a number in a URL', { url: `amqp://a?heartbeat=${secret}` }],
    ['connectTimeoutMs', 'a limit twice', { url: 'amqp://a?connection_timeout=500', connectTimeoutMs: 500 }],
    ['credentials', 'an object', { credentials: askCredentials() }],
    ['credentials', 'a function beside a user', { credentials: askCredentials, user: 'u' }],
    [
      'credentials',
      'a function beside the user of a URL',
      { credentials: askCredentials, url: `amqp://u:${secret}@a` },
    ],
    ['authMechanism', 'in capitals', { authMechanism: 'EXTERNAL' }],
    ['authMechanism', 'external without TLS', { authMechanism: 'external' }],
    ['authMechanism', 'external without certificate', { authMechanism: 'external', tls: { ca } }],
    ['authMechanism', 'external without certificate in a URL', { url: 'amqps://a?auth_mechanism=external' }],
    ['authMechanism', 'one beside another', { authMechanism: 'plain', url: 'amqps://a?auth_mechanism=plain' }],
    ['password', 'beside a certificate that says who it is', { ...external, password: secret }],
    ['user', 'in a URL beside a certificate that says it', { ...external, url: `amqps://u:${secret}@a` }],
    ['credentials', 'beside a certificate that says it', { ...external, credentials: askCredentials }],
  ])('%s: %s', ([name, , options]) => {
    expect(() => resolveRabbitmqOptions(options as RabbitmqOptions)).toThrow(
      expect.objectContaining({
        code: 'OPTION_INVALID',
        message: expect.stringMatching(new RegExp(`^rabbitmq: '${name}' (?!.*${secret})`)),
      }),
    )
  })
})
