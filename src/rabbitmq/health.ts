import { type HealthCheck, healthCheck } from '../core/health.ts'
import { settledBy } from '../core/settled.ts'
import type { ConnectionManager } from './connection-manager.ts'
import { type Channel, type Connection, explainReply } from './driver.ts'
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
}

type Checks = Record<string, HealthCheck>

/** Asks the broker what it will tell within the limit; what it does not answer fails. */
export async function checkHealth(parts: Checked, timeoutMs: number): Promise<Checks> {
  const checks: Checks = {
    'connection:publish': checkConnection(parts.publishing),
    'connection:consume': checkConnection(parts.consuming),
    publisher: checkPublisher(parts.publisher),
  }
  const { state } = parts.consuming
  if (state.name !== 'open') return { ...checks, ...unreachable(parts) }
  const asked: Checks = {}
  const work = askBroker(parts, state.connection, asked)
  if (await settledBy(work, Date.now() + timeoutMs)) return { ...checks, ...asked }
  return { ...checks, ...unanswered(parts, timeoutMs), ...asked }
}

function checkConnection({ state }: ConnectionManager): HealthCheck {
  switch (state.name) {
    case 'open':
      return healthCheck('pass', state.name)
    case 'blocked':
      return healthCheck('warn', state.name, `The broker takes no events at present (${state.reason}); they wait here.`)
    case 'connecting':
    case 'refused':
      return healthCheck('fail', state.name, state.cause && `${state.cause.code}: ${state.cause.message}`)
    case 'closed':
      return healthCheck('fail', state.name)
  }
}

function checkPublisher({ state, pending }: Publisher): HealthCheck {
  if (state.name === 'failed') return healthCheck('fail', pending.events, `${state.cause.code}: ${state.cause.message}`)
  if (state.name === 'open') return healthCheck('pass', pending.events)
  return healthCheck('fail', pending.events, 'No channel to publish on yet; events wait here.')
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
    if (consumerCount > 0) return healthCheck(overdue ? 'warn' : 'pass', consumerCount, overdue)
    return healthCheck('fail', 0, `The queue '${queue}' has no consumer.`)
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

function deaf({ state, queue }: Subscriber): HealthCheck {
  const cause = 'cause' in state ? state.cause : undefined
  return healthCheck(
    'fail',
    state.name,
    cause ? `${cause.code}: ${cause.message}` : `The queue '${queue}' is not consumed yet.`,
  )
}

function unreachable({ exchange, subscribers }: Checked): Checks {
  const unknown = healthCheck('fail', 'unknown', 'There is no connection to ask on.')
  return {
    [`exchange:${exchange}`]: unknown,
    ...Object.fromEntries(subscribers.map((one) => [nameOf(one), deaf(one)])),
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
