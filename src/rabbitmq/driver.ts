import type { Socket } from 'node:net'
import type * as Amqplib from 'amqplib'
import { asError, EventBusError } from '../core/errors.ts'
import { settledBy } from '../core/settled.ts'
import { describeAddress, type Host, type RabbitmqSettings, refusedBy } from './options.ts'

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

/** The part of an AMQP connection that the transport needs. This file alone knows that amqplib stands behind it. */
export interface Connection {
  readonly brokerVersion: string
  /** Resolves when the connection is gone, with the reason. Never rejects. */
  readonly lost: Promise<Error>
  /** Calls back with the reason when the broker stops reading from this connection, with `undefined` when it goes on. */
  onBlocked(listener: (reason: string | undefined) => void): void
  openChannel(): Promise<OpenChannel>
  /** Says goodbye; after the limit the socket is destroyed all the same. */
  close(deadline: number): Promise<void>
}

/** amqplib's socket, which it exposes and its types do not. */
interface WithSocket {
  readonly connection: { readonly stream: Socket }
}

/** Connects and shakes hands. Rejects with `CONNECTION_FAILED`, `CREDENTIALS_REFUSED`, `VHOST_REFUSED` or `TLS_FAILED`. */
export async function connect(settings: RabbitmqSettings, host: Host, name: string): Promise<Connection> {
  const amqplib = await loadAmqplib()
  try {
    const model = await amqplib.connect(addressOf(settings, host), {
      ...settings.tls,
      timeout: settings.connectTimeoutMs,
      noDelay: true,
      keepAlive: true,
      clientProperties: { connection_name: name },
    })
    return wrap(model)
  } catch (error) {
    throw explainFailure(asError(error), settings, host)
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

function addressOf(settings: RabbitmqSettings, host: Host): Amqplib.Options.Connect {
  return {
    protocol: settings.tls ? 'amqps' : 'amqp',
    hostname: host.name,
    port: host.port,
    username: settings.user,
    password: settings.password,
    // amqplib takes the virtual host as it would stand in a URL.
    vhost: encodeURIComponent(settings.vhost),
    heartbeat: settings.heartbeatSeconds,
  }
}

function wrap(model: Amqplib.ChannelModel): Connection {
  const { stream } = (model as unknown as WithSocket).connection
  writeOncePerTick(stream)
  let fault: Error | undefined
  model.on('error', (error) => (fault ??= error))
  const connectionFault = (): Error | undefined => fault
  const lost = whenLost(model, connectionFault)
  // On a lost connection amqplib ends its half of the socket and waits; the other half may never answer.
  void lost.then(() => stream.destroy())
  return {
    brokerVersion: model.connection.serverProperties.version,
    lost,
    onBlocked(listener) {
      model.on('blocked', listener)
      model.on('unblocked', () => listener(undefined))
    },
    openChannel: async () => {
      const channel = await model.createConfirmChannel()
      return { channel, lost: whenLost(channel, connectionFault) }
    },
    async close(deadline) {
      const goodbye = model.close().then(() => lost)
      if (!(await settledBy(goodbye, deadline))) stream.destroy()
    },
  }
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
 * One socket write a message or acknowledgement is two thirds of what amqplib costs. Its multiplexer writes in a
 * `setImmediate` of its own, so the socket itself has to wait for the end of the tick.
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
function explainFailure(cause: Error, settings: RabbitmqSettings, host: Host): EventBusError {
  if (cause instanceof EventBusError) return cause
  const address = describeAddress(settings, host)
  if (cause.message.includes('ACCESS_REFUSED')) return refusedBy(address, settings.user, 'CREDENTIALS_REFUSED', cause)
  if (cause.message.startsWith('Expected ConnectionOpenOk'))
    return refusedBy(address, settings.user, 'VHOST_REFUSED', cause)
  if (settings.tls && isTlsFailure(cause)) {
    const hint =
      'Is it a TLS port, is its certificate signed by a trusted authority (tls.ca), and does it carry this host name?'
    return new EventBusError('TLS_FAILED', `The TLS handshake with ${address} failed (${errorName(cause)}). ${hint}`, {
      cause,
    })
  }
  return new EventBusError('CONNECTION_FAILED', `Cannot connect to ${address}: ${errorName(cause)}`, { cause })
}

function isTlsFailure(error: Error & { code?: unknown }): boolean {
  return /^(ERR_SSL|ERR_TLS|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_OSSL|HOSTNAME_MISMATCH)/.test(
    String(error.code),
  )
}

function errorName(error: Error & { code?: unknown }): string {
  return typeof error.code === 'string' ? error.code : error.message
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
