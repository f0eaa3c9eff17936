import { isDate } from 'node:util/types'
import { EventBusError } from '../core/errors.ts'
import { OptionReader } from '../core/option-reader.ts'
import { ask, type Ask } from './ask.ts'
import type { RabbitmqSettings } from './options.ts'
import { hasClientCertificate, isObject, readTlsOptions, type TlsOptions } from './tls.ts'

/** What the function `credentials` answers with. */
export interface Credentials {
  readonly user: string
  readonly password: string
  /** When the password ends to be valid, as a token does: the bus asks for the next one before, and gives it to the broker. */
  readonly expiresAt?: Date | undefined
}

/** How the broker is told who connects. */
export type Login =
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  | { readonly kind: 'asked'; readonly ask: Ask<Credentials> }
  /** SASL EXTERNAL: by the certificate of this client. */
  | { readonly kind: 'certificate' }

/** With what one connection is made. */
export interface Access {
  readonly tls: TlsOptions | undefined
  /** `undefined`: the client certificate says it. */
  readonly credentials: Credentials | undefined
}

type Asked = Pick<RabbitmqSettings, 'login' | 'tls' | 'connectTimeoutMs'>

/** Reads `authMechanism`, `user`, `password` and `credentials`. */
export function readLogin(read: OptionReader, tls: Asked['tls']): Login {
  if (read.oneOf('authMechanism', ['plain', 'external'], 'plain') === 'external') return readExternal(read, tls)
  const source = read.instance('credentials', 'a function that answers with { user, password }', isAsk)
  if (!source) {
    return { kind: 'password', user: read.string('user') ?? 'guest', password: read.string('password') ?? 'guest' }
  }
  for (const name of ['user', 'password']) {
    if (read.has(name))
      throw read.refuse('credentials', `is given beside '${name}' (or a 'url' with it)`, 'one of the two')
  }
  return { kind: 'asked', ask: source }
}

function readExternal(read: OptionReader, tls: Asked['tls']): Login {
  for (const name of ['user', 'password', 'credentials']) {
    if (read.has(name)) throw read.refuse(name, "is given beside authMechanism 'external'", 'one of the two')
  }
  if (tls && (typeof tls === 'function' || hasClientCertificate(tls))) return { kind: 'certificate' }
  throw read.refuse(
    'authMechanism',
    "is 'external' without a client certificate",
    "it beside 'tls' with 'cert' and 'key'",
  )
}

/** Whether asking again may bring other credentials or certificates. */
export function mayChange({ login, tls }: Asked): boolean {
  return login.kind === 'asked' || typeof tls === 'function'
}

/** Asks the functions among the options. Rejects with `CREDENTIALS_UNAVAILABLE`, or `OPTION_INVALID` about an answer. */
export async function askAccess(settings: Asked, closing: AbortSignal): Promise<Access> {
  return { tls: await askTls(settings, closing), credentials: await askCredentials(settings, closing) }
}

async function askTls({ tls, login, connectTimeoutMs }: Asked, closing: AbortSignal): Promise<TlsOptions | undefined> {
  if (typeof tls !== 'function') return tls
  const read = answerReader('tls', await ask('tls', tls, connectTimeoutMs, closing))
  const options = readTlsOptions(read, 'answer')
  if (login.kind !== 'certificate' || hasClientCertificate(options)) return options
  throw read.refuse('answer', "has no client certificate, which authMechanism 'external' needs", "'cert' and 'key'")
}

/** {@link askAccess} for the credentials alone. */
export async function askCredentials(settings: Asked, closing: AbortSignal): Promise<Credentials | undefined> {
  const { login, connectTimeoutMs } = settings
  switch (login.kind) {
    case 'asked':
      return readAnswer(await ask('credentials', login.ask, connectTimeoutMs, closing))
    case 'password':
      return { user: login.user, password: login.password }
    case 'certificate':
      return undefined
  }
}

function answerReader(name: string, answer: unknown): OptionReader {
  return new OptionReader(`rabbitmq: the function '${name}'`, { answer: answer ?? null }, ['answer'])
}

function readAnswer(answer: unknown): Credentials {
  const fields = answerReader('credentials', answer).instance('answer', 'an object { user, password }', isObject)
  const read = new OptionReader("rabbitmq: the answer of 'credentials'", fields, ['user', 'password', 'expiresAt'])
  const [user, password] = [read.string('user'), read.string('password')]
  if (user === undefined) throw read.refuse('user', 'is missing', 'a string that is not empty')
  if (password === undefined) throw read.refuse('password', 'is missing', 'a string that is not empty')
  const expiresAt = read.instance('expiresAt', 'a valid Date', isValidDate)
  if (expiresAt && expiresAt.getTime() <= Date.now()) throw expired(expiresAt)
  return { user, password, expiresAt }
}

function expired(at: Date): EventBusError {
  const message = `What the function 'credentials' answered expired at ${at.toISOString()}. Does it answer from a cache, or is a clock wrong?`
  return new EventBusError('CREDENTIALS_UNAVAILABLE', message)
}

function isValidDate(value: unknown): value is Date {
  return isDate(value) && !Number.isNaN(value.getTime())
}

function isAsk(value: unknown): value is Ask<Credentials> {
  return typeof value === 'function'
}
