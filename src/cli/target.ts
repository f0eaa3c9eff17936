import type { Arguments } from './arguments.ts'
import { type BrokerPlace, type ClustersFile, queueTypes, readClustersFile } from './clusters-file.ts'
import { UsageError } from './failure.ts'
import { defaultPort } from './options.ts'

/** Where a command finds the bus: a running `event-bus serve`, or RabbitMQ itself. */
export type Target = ServerTarget | BrokerTarget

/** One RabbitMQ, or several clusters as one. */
export type BrokerTarget = RabbitmqTarget | ClustersTarget

export interface ServerTarget {
  readonly kind: 'server'
  /** Without a slash at the end. */
  readonly url: string
  readonly token: string | undefined
  /** Whether nobody named it: then an error says how to. */
  readonly isDefault: boolean
  /** The options that say where else to look. */
  readonly elsewhere: string
}

export interface RabbitmqTarget extends BrokerPlace {
  readonly kind: 'rabbitmq'
}

export interface ClustersTarget extends ClustersFile {
  readonly kind: 'clusters'
}

type BrokerOption = 'amqp-url' | 'exchange' | 'queue-type' | 'clusters' | 'cluster'

/** A flag beats a variable; of two variables EVENTBUS_URL wins, since programs that are no command line read the others. */
export function readTarget(args: Arguments<BrokerOption | 'url' | 'token'>, env: NodeJS.ProcessEnv): Target {
  const isNamed = args.origin('amqp-url') === 'flag' || args.origin('clusters') === 'flag'
  if (args.origin('url') === 'flag' && isNamed) {
    throw new UsageError('--url and --amqp-url, or --clusters: give one of the two')
  }
  const target = args.origin('url') === undefined || isNamed ? readBrokerTarget(args, env) : undefined
  if (target) return target
  for (const name of ['exchange', 'queue-type'] as const) {
    if (args.origin(name) === 'flag') throw new UsageError(`--${name} belongs to --amqp-url`)
  }
  return readServerTarget(args, env)
}

/** `undefined` where neither a URL nor a file of clusters is named. Of two variables EVENTBUS_CLUSTERS wins. */
export function readBrokerTarget(args: Arguments<BrokerOption>, env: NodeJS.ProcessEnv): BrokerTarget | undefined {
  const [amqpUrl, file] = [args.text('amqp-url'), args.text('clusters')]
  const [amqpFrom, fileFrom] = [args.origin('amqp-url'), args.origin('clusters')]
  if (amqpFrom === 'flag' && fileFrom === 'flag') throw new UsageError('--amqp-url and --clusters: give one of the two')
  if (file !== undefined && amqpFrom !== 'flag') return readClustersTarget(file, args, env)
  if (args.origin('cluster') === 'flag') throw new UsageError('--cluster belongs to --clusters')
  if (amqpUrl === undefined) return undefined
  const queueType = args.oneOf('queue-type', queueTypes) ?? 'quorum'
  return { kind: 'rabbitmq', amqpUrl, exchange: args.required('exchange'), queueType }
}

function readClustersTarget(file: string, args: Arguments<BrokerOption>, env: NodeJS.ProcessEnv): BrokerTarget {
  for (const option of ['exchange', 'queue-type'] as const) {
    if (args.origin(option) === 'flag')
      throw new UsageError(`--${option} belongs to --amqp-url; the file says it of each cluster`)
  }
  const name = args.text('cluster')
  const read = readClustersFile(file, args.label('clusters'), env, name)
  if (name === undefined) return { kind: 'clusters', ...read }
  const [{ name: _name, ...place }] = read.clusters
  return { kind: 'rabbitmq', ...place }
}

/** For people, without secrets. */
export function describeBroker(target: BrokerTarget): string {
  if (target.kind === 'rabbitmq') return `RabbitMQ, ${describeAmqpUrl(target.amqpUrl)}, exchange ${target.exchange}`
  const clusters = target.clusters.map(({ name, amqpUrl }) => `${name} ${describeAmqpUrl(amqpUrl)}`)
  return `RabbitMQ, ${target.clusters.length} clusters, policy ${target.publishPolicy}: ${clusters.join(', ')}`
}

export function readServerTarget(args: Arguments<'url' | 'token'>, env: NodeJS.ProcessEnv): ServerTarget {
  const url = args.text('url') ?? `http://127.0.0.1:${env.EVENTBUS_PORT || defaultPort}`
  return {
    kind: 'server',
    url: checkServerUrl(url, args.label('url')),
    token: readToken(args),
    isDefault: args.origin('url') === undefined,
    elsewhere: '--url or --amqp-url',
  }
}

/** What can stand in an HTTP header. */
export function readToken(args: Arguments<'token'>): string | undefined {
  const token = args.text('token')
  if (token !== undefined && !/^[\u0021-\u007e]+$/.test(token)) {
    throw new UsageError(`${args.label('token')} must be letters, digits and punctuation of ASCII, without spaces`)
  }
  return token
}

/** The value is not shown: it may hold a password. */
function checkServerUrl(text: string, label: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageError(`${label} must be like http://host:port`)
  }
  if (url.username || url.password) throw new UsageError(`${label} must not hold a user or password; use --token`)
  if (url.search || url.hash) throw new UsageError(`${label} must not hold a query or fragment`)
  return url.href.replace(/\/$/, '')
}

/** Where an AMQP URL leads, without user and password. */
export function describeAmqpUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url ? `${url.protocol}//${url.host}${url.pathname}` : 'amqp://'
}
