import type { Transport } from '../core/transport.ts'
import { type RabbitmqOptions, resolveRabbitmqOptions } from './options.ts'
import { RabbitmqSession } from './session.ts'

export type { Ask, AskContext } from './ask.ts'
export type { BatchingOptions } from './batching-options.ts'
export type { Credentials } from './credentials.ts'
export type { RabbitmqOptions, ReconnectOptions } from './options.ts'
export type { TlsOptions } from './tls.ts'

/**
 * Carries events between processes over RabbitMQ 3.10 or later: a topic exchange, publisher confirms, quorum queues.
 * Each bus that joins has two connections of its own. Needs the package `amqplib` beside this one.
 * Throws `OPTION_INVALID`; that the broker cannot be reached or refuses is told by the bus.
 */
export function rabbitmq(options?: RabbitmqOptions): Transport {
  const settings = resolveRabbitmqOptions(options)
  const { exchange, hosts } = settings
  const [host, ...others] = hosts
  // Of several, it is not known here which one it will be.
  const server = host && others.length === 0 ? { address: host.name, port: host.port } : undefined
  return { name: 'rabbitmq', exchange, server, join: (member) => new RabbitmqSession(settings, member) }
}
