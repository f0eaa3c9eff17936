import type { OptionSpec } from './arguments.ts'
import { clustersForm } from './clusters-file.ts'

/** Options that more than one command has. */

export const defaultPort = '4080'

/** What commands talk to that are told nothing. */
export const defaultServer: string = `http://127.0.0.1:${defaultPort}, or the port in EVENTBUS_PORT`

export const amqpUrl: OptionSpec = {
  value: 'URL',
  env: 'EVENTBUS_AMQP_URL',
  help: 'the RabbitMQ that carries the events, amqp://user:password@host:port/vhost, or amqps: with ?cacertfile=FILE; other users of the machine can read flags: prefer the variable',
}

export const exchange: OptionSpec = {
  value: 'NAME',
  env: 'EVENTBUS_EXCHANGE',
  default: 'appserver.events',
  help: 'the exchange on RabbitMQ',
}

export const queueType: OptionSpec = {
  value: 'TYPE',
  env: 'EVENTBUS_QUEUE_TYPE',
  default: 'quorum',
  help: "quorum or classic, as the option of the buses on that exchange; the file of --clusters says it as 'queueType'",
}

export const clusters: OptionSpec = {
  value: 'FILE',
  env: 'EVENTBUS_CLUSTERS',
  help: `several clusters as one bus, instead of --amqp-url: a file like ${clustersForm}; \${NAME} is a variable of the environment`,
}

export const cluster: OptionSpec = { value: 'NAME', help: 'with --clusters: this one only' }

export const serverUrl: OptionSpec = {
  value: 'URL',
  env: 'EVENTBUS_URL',
  help: `a running event-bus serve; without this and --amqp-url ${defaultServer}`,
}

export const clientToken: OptionSpec = {
  value: 'TOKEN',
  env: 'EVENTBUS_TOKEN',
  help: 'what the server was started with, if it asks for one',
}

export const timeoutSeconds: OptionSpec = {
  value: 'N',
  env: 'EVENTBUS_TIMEOUT_SECONDS',
  default: '30',
  help: 'how long connecting, and each publish, may take',
}
