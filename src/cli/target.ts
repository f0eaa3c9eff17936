import type { Arguments } from './arguments.ts'
import { UsageError } from './failure.ts'
import { defaultPort } from './options.ts'

/** Where a command finds the bus: a running `event-bus serve`, or RabbitMQ itself. */
export type Target = ServerTarget | RabbitmqTarget

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

export interface RabbitmqTarget {
  readonly kind: 'rabbitmq'
  readonly amqpUrl: string
  readonly exchange: string
}

type TargetOption = 'url' | 'amqp-url' | 'exchange' | 'token'

/** A flag beats a variable; of two variables EVENTBUS_URL wins, since programs that are no command line read the other. */
export function readTarget(args: Arguments<TargetOption>, env: NodeJS.ProcessEnv): Target {
  const [urlFrom, amqpFrom] = [args.origin('url'), args.origin('amqp-url')]
  if (urlFrom === 'flag' && amqpFrom === 'flag') throw new UsageError('--url and --amqp-url: give one of the two')
  const amqpUrl = args.text('amqp-url')
  if (amqpUrl !== undefined && (amqpFrom === 'flag' || urlFrom === undefined)) {
    return { kind: 'rabbitmq', amqpUrl, exchange: args.required('exchange') }
  }
  if (args.origin('exchange') === 'flag') throw new UsageError('--exchange belongs to --amqp-url')
  return readServerTarget(args, env)
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
