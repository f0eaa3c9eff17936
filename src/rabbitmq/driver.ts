import type { Socket } from 'node:net'
import type * as Amqplib from 'amqplib'
import { asError, EventBusError } from '../core/errors.ts'
import { settledBy } from '../core/settled.ts'
import type { Access } from './credentials.ts'
import { describeAddress, type Host, type RabbitmqSettings } from './options.ts'
import { credentialsRefused, mechanismRefused, vhostRefused } from './refusals.ts'
import { isTlsFailure, tlsFailed } from './tls-failure.ts'

export type Channel = Amqplib.ConfirmChannel
export type Message = Amqplib.ConsumeMessage
export type ReturnedMessage = Amqplib.Message
export type MessageProperties = Amqplib.Options.Publish
export type QueueArguments = Readonly<Record<string, string | number | boolean>>

/** A channel, and the promise that it will end: of itself, by the broker, or with its connection. */
export interface OpenChannel {
  readonly channel: Channel
  /** Resolves when the channel is gone, with the reason. Never rejects. */
  readonly lost: Promise<Error>
}

/** What a broker says of itself in the handshake; another product may say nothing of it. */
export interface BrokerProperties {
  readonly product: string
  readonly version: string
  /** The extensions of AMQP 0-9-1 that it knows, e.g. `publisher_confirms`. */
  readonly capabilities: readonly string[]
}

/** The part of an AMQP connection that the transport needs. This file alone knows that amqplib stands behind it. */
export interface Connection {
  readonly broker: BrokerProperties
  /** Resolves when the connection is gone, with the reason. Never rejects. */
  readonly lost: Promise<Error>
  /** Calls back with the reason when the broker stops reading from this connection, with `undefined` when it goes on. */
  onBlocked(listener: (reason: string | undefined) => void): void
  openChannel(): Promise<OpenChannel>
  /** Gives the broker the secret that takes the place of one that expires. If it refuses that, the connection is lost. */
  renewSecret(secret: string): Promise<void>
  /** Says goodbye; after the limit the socket is destroyed all the same. */
  close(deadline: number): Promise<void>
}

const notAllowed = 530

/** amqplib's socket, which it exposes and its types do not. */
interface WithSocket {
  readonly connection: { readonly stream: Socket }
}

/** Connects and shakes hands. Rejects with `CONNECTION_FAILED`, `CREDENTIALS_REFUSED`, `VHOST_REFUSED` or `TLS_FAILED`. */
export async function connect(
  settings: RabbitmqSettings,
  access: Access,
  host: Host,
  name: string,
): Promise<Connection> {
  const amqplib = await loadAmqplib()
  try {
    const model = await amqplib.connect(addressOf(settings, access, host), {
      ...access.tls,
      // Passwords are in the address: a socket keeps its options.
      ...(!access.credentials && { credentials: amqplib.credentials.external() }),
      timeout: settings.connectTimeoutMs,
      noDelay: true,
      keepAlive: true,
      clientProperties: { connection_name: name },
    })
    return wrap(model)
  } catch (error) {
    throw explainFailure(asError(error), describeAddress(settings, host), access)
  }
}

async function loadAmqplib(): Promise<typeof Amqplib> {
  try {
    return await import('amqplib')
  } catch (cause) {
    throw new EventBusError('DEPENDENCY_MISSING', "rabbitmq() needs the package 'amqplib': npm install amqplib", {
      cause,
    })
  }
}

function addressOf(settings: RabbitmqSettings, { credentials }: Access, host: Host): Amqplib.Options.Connect {
  return {
    ...(credentials && { username: credentials.user, password: credentials.password }),
    protocol: settings.tls ? 'amqps' : 'amqp',
    hostname: host.name,
    port: host.port,
    // amqplib takes the virtual host as it would stand in a URL.
    vhost: encodeURIComponent(settings.vhost),
    heartbeat: settings.heartbeatSeconds,
  }
}

function wrap(model: Amqplib.ChannelModel): Connection {
  const { stream } = (model as unknown as WithSocket).connection
  writeOncePerTick(stream)
  let fault: Error | undefined
  let renewing = false
  model.on('error', (error) => (fault ??= renewing ? secretRefused(error) : error))
  const connectionFault = (): Error | undefined => fault
  const lost = whenLost(model, connectionFault).then((reason) => fault ?? reason)
  // On a lost connection amqplib ends its half of the socket and waits; the other half may never answer.
  void lost.then(() => stream.destroy())
  return {
    broker: propertiesOf(model),
    lost,
    onBlocked(listener) {
      model.on('blocked', listener)
      model.on('unblocked', () => listener(undefined))
    },
    openChannel: async () => {
      const channel = await model.createConfirmChannel()
      return { channel, lost: whenLost(channel, connectionFault) }
    },
    async renewSecret(secret) {
      renewing = true
      const broken = lost.then((reason) => Promise.reject(reason))
      await Promise.race([model.updateSecret(Buffer.from(secret), 'the last one expires'), broken])
      renewing = false
    },
    async close(deadline) {
      const goodbye = model.close().then(() => lost)
      if (!(await settledBy(goodbye, deadline))) stream.destroy()
    },
  }
}

function propertiesOf({ connection }: Amqplib.ChannelModel): BrokerProperties {
  const given = connection.serverProperties as Record<string, unknown>
  const { product = 'unknown', version = 'unknown', capabilities } = given
  const known = Object.entries(capabilities ?? {}).filter(([, isKnown]) => isKnown === true)
  return { product: String(product), version: String(version), capabilities: known.map(([name]) => name) }
}

/** As an error without a reply code: it is not the answer to an event that was on the wire. */
function secretRefused(cause: Error): Error {
  if (replyCode(cause) !== notAllowed) return cause
  return new EventBusError('CREDENTIALS_REFUSED', 'the broker refused the new secret', { cause })
}

/**
 * Every emitter of amqplib reports its end as 'close', after an 'error' with the reason where there is one. A channel
 * that goes with its connection is told nothing: then the connection knows why.
 */
function whenLost(emitter: Amqplib.ChannelModel | Channel, connectionFault: () => Error | undefined): Promise<Error> {
  return new Promise((resolve) => {
    let cause: Error | undefined
    const onError = (error: Error): void => void (cause ??= error)
    emitter.on('error', onError)
    // Nothing that the bus does in its listeners may throw into amqplib, which would close the channel for it.
    emitter.on('handler-error', onError)
    emitter.on('close', (error?: Error) => resolve(cause ?? error ?? connectionFault() ?? new Error('closed')))
  })
}

/**
 * One socket write a message is a sixth of what amqplib costs a publisher, one for each acknowledgement two fifths of what
 * it costs a consumer. Its multiplexer writes in a `setImmediate` of its own, so the socket itself has to wait for the end
 * of the tick.
 */
function writeOncePerTick(socket: Socket): void {
  const write = socket.write.bind(socket) as (...parts: unknown[]) => boolean
  let corked = false
  const uncork = (): void => {
    corked = false
    socket.uncork()
  }
  socket.write = (...parts: unknown[]): boolean => {
    if (!corked) {
      corked = true
      socket.cork()
      process.nextTick(uncork)
    }
    return write(...parts)
  }
}

/** amqplib reports a failed handshake as text alone. */
function explainFailure(cause: Error & { code?: unknown }, address: string, access: Access): EventBusError {
  if (cause instanceof EventBusError) return cause
  const user = access.credentials?.user
  if (cause.message.includes('ACCESS_REFUSED')) return credentialsRefused(address, user, cause)
  if (cause.message.startsWith('SASL mechanism')) return mechanismRefused(address, user, cause)
  if (cause.message.startsWith('Expected ConnectionOpenOk')) return vhostRefused(address, user, cause)
  const code = typeof cause.code === 'string' ? cause.code : undefined
  if (access.tls && code && isTlsFailure(code)) return tlsFailed(address, code, cause)
  const message = `Cannot connect to ${address}: ${code ?? cause.message}${hintFor(cause, access)}`
  return new EventBusError('CONNECTION_FAILED', message, { cause })
}

/** A side that does not understand the other one hangs up without a word. */
function hintFor(cause: Error & { code?: unknown }, { tls }: Access): string {
  if (cause.code !== 'ECONNRESET' && !cause.message.startsWith('Socket closed abruptly')) return ''
  return tls
    ? '. If the broker demands a client certificate, give tls.cert and tls.key'
    : ". If that is a port for TLS, say 'tls: true' or amqps:"
}

/** The AMQP reply code of an error of this driver, e.g. 404; `undefined` for all others. */
export function replyCode(error: unknown): number | undefined {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'number' ? code : undefined
}

const codes: Readonly<Record<number, EventBusError['code']>> = {
  403: 'PERMISSION_DENIED',
  404: 'TOPOLOGY_MISSING',
  405: 'INSTANCE_NAME_IN_USE',
  406: 'TOPOLOGY_MISMATCH',
}

/** The error of an operation on the broker, told by its reply code; `what` says on which object. */
export function explainReply(error: unknown, what: string): EventBusError {
  if (error instanceof EventBusError) return error
  const cause = asError(error)
  const code = replyCode(error)
  if (isConsumerTimeout(cause))
    return new EventBusError('CONSUMER_TIMEOUT', `Cannot ${what}: ${brokerText(cause)}`, { cause })
  const known = code === undefined ? undefined : codes[code]
  if (known) return new EventBusError(known, `Cannot ${what}: ${brokerText(cause)}`, { cause })
  return new EventBusError(
    code === undefined ? 'CONNECTION_FAILED' : 'BROKER_ERROR',
    `Cannot ${what}: ${brokerText(cause)}`,
    { cause },
  )
}

/** Its reply code is that of other faults, too. https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout */
function isConsumerTimeout(error: Error): boolean {
  return replyCode(error) === 406 && error.message.includes('acknowledgement') && error.message.includes('timed out')
}

/** The broker's own words, without amqplib's around them. */
function brokerText({ message }: Error): string {
  return /with message "(.*)"$/s.exec(message)?.[1] ?? message
}
