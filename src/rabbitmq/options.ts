import { OptionReader } from '../core/option-reader.ts'
import type { Ask } from './ask.ts'
import { type BatchingOptions, type BatchLimits, readBatching } from './batching-options.ts'
import { type Credentials, type Login, readLogin } from './credentials.ts'
import { readTls, type TlsOptions } from './tls.ts'
import { optionsOfUrl } from './url.ts'

export interface ReconnectOptions {
  /** The longest wait before the second attempt; doubled with each one after it. Default 100. */
  readonly minMs?: number | undefined
  /** The longest wait before any attempt. Default 30,000. */
  readonly maxMs?: number | undefined
}

export interface RabbitmqOptions {
  /** Default `localhost`. */
  readonly host?: string | undefined
  /** Default 5672, with `tls` 5671. */
  readonly port?: number | undefined
  /** Default `guest`. */
  readonly user?: string | undefined
  /** Default `guest`. Never logged. */
  readonly password?: string | undefined
  /** The virtual host. Default `/`. */
  readonly vhost?: string | undefined
  /** Answers with user and password, before each connection: for those that change. Instead of `user` and `password`. */
  readonly credentials?: Ask<Credentials> | undefined
  /** `external`: the broker takes the user from the client certificate in `tls`. Default `plain`. */
  readonly authMechanism?: 'plain' | 'external' | undefined
  /** `amqp://user:password@host:port/vhost`, or `amqps:`; instead of host, port, user, password and virtual host. */
  readonly url?: string | undefined
  /** The nodes of a cluster, `host` or `host:port`, tried in turn; instead of `host`. */
  readonly hosts?: readonly string[] | undefined
  /**
   * `true`, or Node's TLS options (`ca`, `cert`, `key`, `servername`, ...), or a function that answers with them before
   * each connection. Default: as the URL says, else off.
   */
  readonly tls?: boolean | TlsOptions | Ask<TlsOptions> | undefined
  /** The exchange that carries the events; all queues are named after it. Default `appserver.events`. */
  readonly exchangeName?: string | undefined
  /** Only `topic`: patterns are the binding keys of a topic exchange. */
  readonly exchangeType?: 'topic' | undefined
  /** Whether the exchange and the events survive a restart of the broker. Default true. */
  readonly durable?: boolean | undefined
  /** After two of these without a sign of life the connection counts as lost. Default 10. */
  readonly heartbeatSeconds?: number | undefined
  /** How long connecting to one host may take, and each function among the options. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined
  readonly reconnect?: ReconnectOptions | undefined
  /** How many deliveries of one queue are in hand at the most. Default 100. */
  readonly prefetch?: number | undefined
  /**
   * How often to look whether each queue still hands out to its consumer, one that does not is consumed anew; and to bind
   * it again to its patterns, 200 of them each time. Default 30.
   */
  readonly consumerCheckSeconds?: number | undefined
  /** How many events may wait for their confirm; then publishes reject with `PUBLISH_BUFFER_FULL`. Default 100,000. */
  readonly maxBufferedEvents?: number | undefined
  /** How many bytes of them. Default 268,435,456 (256 MiB). */
  readonly maxBufferedBytes?: number | undefined
  /** `check` where this user may not configure the broker: verify, and name what is missing. Default `declare`. */
  readonly topology?: 'declare' | 'check' | undefined
  /** Default `quorum`. For ever: a queue that exists with another type is `TOPOLOGY_MISMATCH`. */
  readonly queueType?: 'quorum' | 'classic' | undefined
  /** How long the queue of a named instance is kept when the instance is gone. Default 86,400 (a day). For ever. */
  readonly instanceExpiresSeconds?: number | undefined
  /** How CloudEvents travel: `structured` (one JSON object) or `binary` (attributes as headers). Default `structured`. */
  readonly format?: 'structured' | 'binary' | undefined
  /**
   * Whether events of one type that are published in the same tick, or wait for their turn anyway, leave as one message, in
   * CloudEvents' batch format (`application/cloudevents-batch+json`); an event that is alone leaves as ever. `true`: up to
   * 100 events and 65,536 bytes. Only the order within a type is kept then. Every consumer, in whatever language, must know
   * the format; a bus always does. With `format: 'structured'` only. Default `false`.
   */
  readonly batching?: boolean | BatchingOptions | undefined
}

export interface Host {
  readonly name: string
  readonly port: number
}

/** {@link RabbitmqOptions}, checked and complete. */
export interface RabbitmqSettings {
  readonly hosts: readonly Host[]
  readonly vhost: string
  readonly tls: TlsOptions | Ask<TlsOptions> | undefined
  readonly login: Login
  readonly exchange: string
  readonly durable: boolean
  readonly heartbeatSeconds: number
  readonly connectTimeoutMs: number
  readonly reconnect: { readonly minMs: number; readonly maxMs: number }
  readonly prefetch: number
  readonly consumerCheckMs: number
  readonly maxBufferedEvents: number
  readonly maxBufferedBytes: number
  readonly topology: 'declare' | 'check'
  readonly queueType: 'quorum' | 'classic'
  readonly instanceExpiresMs: number
  readonly format: 'structured' | 'binary'
  readonly batching: BatchLimits | undefined
}

const known: readonly (keyof RabbitmqOptions)[] = [
  'host',
  'port',
  'user',
  'password',
  'vhost',
  'credentials',
  'authMechanism',
  'url',
  'hosts',
  'tls',
  'exchangeName',
  'exchangeType',
  'durable',
  'heartbeatSeconds',
  'connectTimeoutMs',
  'reconnect',
  'prefetch',
  'consumerCheckSeconds',
  'maxBufferedEvents',
  'maxBufferedBytes',
  'topology',
  'queueType',
  'instanceExpiresSeconds',
  'format',
  'batching',
]

export function resolveRabbitmqOptions(options: RabbitmqOptions | undefined): RabbitmqSettings {
  const given = new OptionReader('rabbitmq', options, known)
  const read = new OptionReader('rabbitmq', { ...options, ...optionsOfUrl(given) }, known)
  const retry = new OptionReader('rabbitmq: reconnect', read.value('reconnect'), ['minMs', 'maxMs'])
  if ((read.value('exchangeType') ?? 'topic') !== 'topic') {
    throw read.refuse(
      'exchangeType',
      'is not supported',
      "'topic', since patterns are the binding keys of a topic exchange",
    )
  }
  return {
    ...readAccess(read),
    exchange: readExchangeName(read),
    durable: read.boolean('durable', true),
    heartbeatSeconds: read.integer('heartbeatSeconds', { default: 10, min: 1, max: 3_600 }),
    connectTimeoutMs: read.integer('connectTimeoutMs', { default: 10_000, min: 100, max: 600_000 }),
    reconnect: {
      minMs: retry.integer('minMs', { default: 100, min: 1, max: 600_000 }),
      maxMs: retry.integer('maxMs', { default: 30_000, min: 1, max: 3_600_000 }),
    },
    prefetch: read.integer('prefetch', { default: 100, min: 1, max: 65_535 }),
    consumerCheckMs: 1_000 * read.integer('consumerCheckSeconds', { default: 30, min: 1, max: 86_400 }),
    maxBufferedEvents: read.integer('maxBufferedEvents', { default: 100_000, min: 1, max: 100_000_000 }),
    maxBufferedBytes: read.integer('maxBufferedBytes', { default: 268_435_456, min: 1_024, max: 2 ** 40 }),
    topology: read.oneOf('topology', ['declare', 'check'], 'declare'),
    queueType: read.oneOf('queueType', ['quorum', 'classic'], 'quorum'),
    instanceExpiresMs: 1_000 * read.integer('instanceExpiresSeconds', { default: 86_400, min: 1, max: 4_294_967 }),
    format: read.oneOf('format', ['structured', 'binary'], 'structured'),
    batching: readBatching(read),
  }
}

type Access = Pick<RabbitmqSettings, 'hosts' | 'vhost' | 'tls' | 'login'>

function readAccess(read: OptionReader): Access {
  const tls = readTls(read)
  const port = read.integer('port', { default: tls ? 5_671 : 5_672, min: 1, max: 65_535 })
  return {
    hosts: readHosts(read, port) ?? [{ name: read.string('host') ?? 'localhost', port }],
    vhost: read.string('vhost') ?? '/',
    tls,
    login: readLogin(read, tls),
  }
}

function readHosts(read: OptionReader, defaultPort: number): readonly Host[] | undefined {
  const hosts = read.instance('hosts', 'an array of strings that is not empty', isStrings)
  if (hosts && read.has('host')) throw read.refuse('host', `is given beside 'hosts'`, 'one of the two')
  return hosts?.map((text) => {
    const [, name, port] = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(text) ?? []
    const host = { name: name?.replace(/^\[|\]$/g, '') ?? '', port: port === undefined ? defaultPort : Number(port) }
    if (host.name !== '' && host.port >= 1 && host.port <= 65_535) return host
    throw read.refuse('hosts', 'holds something that is no host', "'host' or 'host:port'")
  })
}

function readExchangeName(read: OptionReader): string {
  const name = read.string('exchangeName') ?? 'appserver.events'
  if (name.startsWith('amq.') || Buffer.byteLength(name) > 100) {
    throw read.refuse('exchangeName', 'is reserved or too long', "1 to 100 bytes that do not start with 'amq.'")
  }
  return name
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')
}

/** Where the settings lead, without the password: for logs and errors. */
export function describeAddress({ vhost, tls }: RabbitmqSettings, host: Host): string {
  return `${tls ? 'amqps' : 'amqp'}://${host.name}:${host.port} (vhost '${vhost}')`
}
