import type { EventBusError } from '../core/errors.ts'
import { awayStatus, type HealthSettings } from '../core/health-options.ts'
import { type HealthCheck, healthCheck, type HealthStatus } from '../core/health.ts'
import { settledBy } from '../core/settled.ts'
import type { ConnectionManager } from './connection-manager.ts'
import { type Channel, type Connection, explainReply } from './driver.ts'
import { checkPublisher } from './publisher-health.ts'
import type { Publisher } from './publisher.ts'
import { onScratchChannel } from './scratch-channel.ts'
import type { Subscriber } from './subscriber.ts'

/** What a check looks at. */
export interface Checked {
  readonly publishing: ConnectionManager
  readonly consuming: ConnectionManager
  readonly publisher: Publisher
  readonly subscribers: readonly Subscriber[]
  readonly exchange: string
  readonly thresholds: HealthSettings
}

type Checks = Record<string, HealthCheck>

/** Asks the broker what it will tell within the limit; what it does not answer fails. */
export async function checkHealth(parts: Checked, timeoutMs: number): Promise<Checks> {
  const { publisher, thresholds } = parts
  const publishing = checkConnection(parts.publishing, thresholds)
  const consuming = checkConnection(parts.consuming, thresholds)
  const checks: Checks = {
    'connection:publish': publishing,
    'connection:consume': consuming,
    publisher: checkPublisher(publisher, publishing),
  }
  const { state } = parts.consuming
  if (state.name !== 'open') return { ...checks, ...unreachable(parts, consuming) }
  const asked: Checks = {}
  const work = askBroker(parts, state.connection, asked)
  if (await settledBy(work, Date.now() + timeoutMs)) return { ...checks, ...asked }
  return { ...checks, ...unanswered(parts, timeoutMs), ...asked }
}

/** A loss that passes is no failure; a refusal is one at once. */
function checkConnection({ state, awayMs }: ConnectionManager, thresholds: HealthSettings): HealthCheck {
  switch (state.name) {
    case 'open':
      return healthCheck('pass', state.name)
    case 'blocked':
      return healthCheck('warn', state.name, `The broker takes no events at present (${state.reason}); they wait here.`)
    case 'connecting':
      return connecting(awayStatus(awayMs, thresholds), awayMs, state.cause)
    case 'refused':
      return healthCheck('fail', state.name, textOf(state.cause))
    case 'closed':
      return healthCheck('fail', state.name)
  }
}

function connecting(status: HealthStatus, awayMs: number, cause: EventBusError | undefined): HealthCheck {
  const since = `without a connection for ${(awayMs / 1_000).toFixed(1)} s`
  const why = cause && `${textOf(cause)} (${since})`
  return healthCheck(status, 'connecting', status === 'pass' ? why : (why ?? `Connecting, ${since}`))
}

function textOf({ code, message }: EventBusError): string {
  return `${code}: ${message}`
}

async function askBroker({ exchange, subscribers }: Checked, connection: Connection, checks: Checks): Promise<void> {
  const askings = subscribers.map(async (subscriber) => {
    checks[nameOf(subscriber)] = await askConsumer(subscriber, connection)
  })
  checks[`exchange:${exchange}`] = await ask(connection, `find the exchange '${exchange}'`, (channel) =>
    channel.checkExchange(exchange).then(() => healthCheck('pass', 'exists')),
  )
  await Promise.all(askings)
}

async function askConsumer(subscriber: Subscriber, connection: Connection): Promise<HealthCheck> {
  const { state, queue } = subscriber
  if (state.name !== 'open') return deaf(subscriber)
  return ask(connection, `find the queue '${queue}'`, async (channel) => {
    const { consumerCount } = await channel.checkQueue(queue)
    const { overdue } = subscriber
    if (consumerCount > 0) return healthCheck(overdue ? 'warn' : 'pass', consumerCount, overdue, 'consumers')
    return healthCheck('fail', 0, `The queue '${queue}' has no consumer.`, 'consumers')
  })
}

async function ask(
  connection: Connection,
  what: string,
  question: (channel: Channel) => Promise<HealthCheck>,
): Promise<HealthCheck> {
  try {
    return await onScratchChannel(connection, question)
  } catch (error) {
    const { code, message } = explainReply(error, what)
    return healthCheck('fail', code, message)
  }
}

/** It should receive, since there is a connection, and does not. */
function deaf({ state, queue }: Subscriber): HealthCheck {
  const cause = 'cause' in state ? state.cause : undefined
  return healthCheck('fail', state.name, cause ? textOf(cause) : `The queue '${queue}' is not consumed yet.`)
}

/** Nobody can be asked: what is not known is as bad as the connection. */
function unreachable({ exchange, subscribers }: Checked, { status, output }: HealthCheck): Checks {
  const cutOff = (one: Subscriber): HealthCheck => {
    if (one.state.name === 'failed') return deaf(one)
    return healthCheck(status, one.state.name, output)
  }
  return {
    [`exchange:${exchange}`]: healthCheck(status, 'unknown', 'There is no connection to ask on.'),
    ...Object.fromEntries(subscribers.map((one) => [nameOf(one), cutOff(one)])),
  }
}

function unanswered({ exchange, subscribers }: Checked, timeoutMs: number): Checks {
  const silent = healthCheck('fail', 'unknown', `The broker did not answer within ${timeoutMs} ms.`)
  return Object.fromEntries([`exchange:${exchange}`, ...subscribers.map(nameOf)].map((name) => [name, silent]))
}

function nameOf({ point, queue }: Subscriber): string {
  return point.kind === 'group'
    ? `subscription:${point.group}:${point.pattern}`
    : `subscription:${queue.slice(queue.indexOf(':') + 1)}`
}
