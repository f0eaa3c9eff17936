import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type PrivateBroker, startBroker } from './private-broker.ts'

export interface TokenBroker extends PrivateBroker {
  /** A JWT that the broker takes as a password, with every permission. */
  issueToken(options: TokenOptions): string
}

export interface TokenOptions {
  readonly user: string
  readonly expiresAt: Date
}

/** A private broker that takes tokens (OAuth 2.0) as passwords, beside its own users. */
export async function startTokenBroker(): Promise<TokenBroker> {
  const folder = await mkdtemp(path.join(tmpdir(), 'event-bus-tokens-'))
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const keyFile = path.join(folder, 'public.pem')
  await writeFile(keyFile, publicKey.export({ type: 'spki', format: 'pem' }))
  const config = [
    'auth_backends.1 = internal',
    'auth_backends.2 = rabbit_auth_backend_oauth2',
    `auth_oauth2.resource_server_id = ${audience}`,
    `auth_oauth2.default_key = ${keyName}`,
    `auth_oauth2.signing_keys.${keyName} = ${keyFile}`,
    'auth_oauth2.algorithms.1 = RS256',
  ]
  const broker = await startBroker({ config, plugins: ['rabbitmq_auth_backend_oauth2'] })
  // How often a channel looks whether its user's token is valid; otherwise a minute.
  await broker.ctl('eval', 'application:set_env(rabbit, channel_tick_interval, 200).')
  const remove = broker.remove.bind(broker)
  return Object.assign(broker, {
    issueToken: (options: TokenOptions) => jwt(options, privateKey),
    async remove() {
      await remove()
      await rm(folder, { recursive: true, force: true })
    },
  })
}

const audience = 'rabbitmq'
const keyName = 'tests'

function jwt({ user, expiresAt }: TokenOptions, key: KeyObject): string {
  const operations = ['configure:*/*', 'read:*/*', 'write:*/*', 'read:*/*/*', 'write:*/*/*']
  const claims = {
    aud: [audience],
    scope: operations.map((operation) => `${audience}.${operation}`),
    sub: user,
    exp: Math.floor(expiresAt.getTime() / 1_000),
  }
  const content = [{ alg: 'RS256', typ: 'JWT', kid: keyName }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${content}.${sign('RSA-SHA256', Buffer.from(content), key).toString('base64url')}`
}
