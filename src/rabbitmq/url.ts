import { readFileSync } from 'node:fs'
import type { EventBusError } from '../core/errors.ts'
import type { OptionReader } from '../core/option-reader.ts'

const address = ['host', 'port', 'user', 'password', 'vhost'] as const

/**
 * What may stand behind the `?`, named as other clients name it, and the options it stands for: one environment variable
 * is enough for a program that takes nothing but a URL. https://www.rabbitmq.com/docs/uri-query-parameters
 */
const tlsParameters = { cacertfile: 'ca', certfile: 'cert', keyfile: 'key', server_name_indication: 'servername' }
const otherParameters = {
  auth_mechanism: 'authMechanism',
  heartbeat: 'heartbeatSeconds',
  connection_timeout: 'connectTimeoutMs',
}
const known = [...Object.keys(tlsParameters), ...Object.keys(otherParameters), 'verify']

/** The options that the option `url` stands for; empty without one. */
export function optionsOfUrl(read: OptionReader): Record<string, unknown> {
  const url = parseUrl(read)
  if (!url) return {}
  checkParameters(read, url.searchParams)
  const others = renamed(url.searchParams, otherParameters, (text) => (/^\d+$/.test(text) ? Number(text) : text))
  for (const name of [...address, ...Object.keys(others)]) {
    if (read.has(name)) throw read.refuse(name, `is given beside 'url'`, 'one of the two')
  }
  const options = { ...addressOf(read, url), ...others, tls: tlsOf(read, url) }
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

function parseUrl(read: OptionReader): URL | undefined {
  const text = read.string('url')
  if (text === undefined) return undefined
  if (!URL.canParse(text)) throw unparsable(read)
  const url = new URL(text)
  if (url.protocol === 'amqp:' || url.protocol === 'amqps:') return url
  throw read.refuse('url', `starts with '${url.protocol}'`, 'amqp: or amqps:')
}

function addressOf(read: OptionReader, url: URL): Partial<Record<(typeof address)[number], unknown>> {
  return {
    // The nodes of a cluster stand in its place.
    host: read.has('hosts') ? undefined : url.hostname.replace(/^\[|\]$/g, '') || undefined,
    port: Number(url.port) || undefined,
    user: unescaped(read, url.username),
    password: unescaped(read, url.password),
    // amqp://host and amqp://host/ both mean the default virtual host to people, whatever the URI specification says.
    vhost: unescaped(read, url.pathname.slice(1)),
  }
}

function unescaped(read: OptionReader, part: string): string | undefined {
  try {
    return decodeURIComponent(part) || undefined
  } catch {
    throw unparsable(read)
  }
}

/** The value is not shown: it holds the password. */
function unparsable(read: OptionReader): EventBusError {
  return read.refuse(
    'url',
    'cannot be parsed',
    'amqp://user:password@host:port/vhost, special characters percent-encoded',
  )
}

function checkParameters(read: OptionReader, given: URLSearchParams): void {
  for (const name of given.keys()) {
    if (!known.includes(name)) throw read.refuse('url', 'has a parameter that is none', known.join(', '))
    if (given.getAll(name).length > 1) throw read.refuse('url', `has '${name}' twice`, 'once')
  }
  const verify = given.get('verify') ?? 'verify_peer'
  if (verify !== 'verify_peer') throw read.refuse('url', "has another 'verify'", "'verify_peer'")
}

function tlsOf(read: OptionReader, url: URL): unknown {
  const options = renamed(url.searchParams, tlsParameters, (text, name) =>
    name.endsWith('file') ? readFile(read, name, text) : text,
  )
  const isGiven = Object.keys(options).length > 0
  if (url.protocol === 'amqp:') {
    if (isGiven) throw read.refuse('url', 'has parameters of TLS', 'amqps:')
    return undefined
  }
  // Without TLS the password would go over the network as it is.
  if (read.value('tls') === false) throw read.refuse('tls', `is false beside an amqps: 'url'`, 'one of the two')
  if (!isGiven) return read.has('tls') ? undefined : true
  if (read.has('tls')) throw read.refuse('tls', "is given beside TLS parameters in 'url'", 'one of the two')
  return options
}

function readFile(read: OptionReader, name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const why = `names a '${name}' that cannot be read (${(error as NodeJS.ErrnoException).code})`
    throw read.refuse('url', why, 'a PEM file')
  }
}

/** The parameters that are given, under the names of their options. */
function renamed(
  given: URLSearchParams,
  names: Readonly<Record<string, string>>,
  convert: (text: string, parameter: string) => unknown,
): Record<string, unknown> {
  const found = Object.entries(names).filter(([parameter]) => given.has(parameter))
  return Object.fromEntries(found.map(([parameter, name]) => [name, convert(given.get(parameter) ?? '', parameter)]))
}
