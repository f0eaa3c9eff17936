import { asError, EventBusError, isEventBusError } from '../core/errors.ts'
import type { ConnectionLoad } from '../core/load.ts'
import type { Logger } from '../core/logger.ts'
import { settledBy } from '../core/settled.ts'
import { backoffMs, pause } from '../core/backoff.ts'
import { type Access, askAccess, mayChange } from './credentials.ts'
import { connect, type Connection } from './driver.ts'
import { describeAddress, type Host, type RabbitmqSettings } from './options.ts'
import { SecretRenewal } from './secret-renewal.ts'

/** Data exists only in the state that owns it. */
export type ConnectionState =
  | { readonly name: 'connecting'; readonly cause?: EventBusError }
  | { readonly name: 'open'; readonly connection: Connection; readonly address: string }
  /** The broker has stopped reading from the connection: a memory or disk alarm. */
  | { readonly name: 'blocked'; readonly connection: Connection; readonly address: string; readonly reason: string }
  /**
   * The broker wants nothing to do with this client. Passwords and permissions change, so it is tried again: slowly, or
   * as after any failure where a function may answer with other credentials by then.
   */
  | { readonly name: 'refused'; readonly cause: EventBusError }
  | { readonly name: 'closed' }

/** A connection that dies sooner than this has not helped: the waits go on growing. */
const provenAfterMs = 1_000
const refusedWaitMs = 30_000

/** Keeps one connection to the broker, for ever: connects, notices the loss, connects again. */
export class ConnectionManager {
  readonly role: 'publish' | 'consume'
  readonly #settings: RabbitmqSettings
  readonly #connectionName: string
  readonly #logger: Logger
  readonly #onChange: (manager: ConnectionManager) => void
  readonly #closing = new AbortController()
  readonly #loop: Promise<void>
  #state: ConnectionState = { name: 'connecting' }
  #openings = 0
  #openedAt = -Infinity
  /** Since when there has been no connection that proved itself, by `performance.now()`. */
  #awaySince = performance.now()
  #waiting: ((connection: Connection) => void)[] = []
  /** Ends the wait before the next attempt. */
  #hurry: (() => void) | undefined

  constructor(
    role: 'publish' | 'consume',
    settings: RabbitmqSettings,
    instance: string,
    logger: Logger,
    onChange: (manager: ConnectionManager) => void,
  ) {
    this.role = role
    this.#settings = settings
    this.#connectionName = `${instance} ${role}`
    this.#logger = logger
    this.#onChange = onChange
    this.#loop = this.#stayConnected()
  }

  get state(): ConnectionState {
    return this.#state
  }

  get load(): ConnectionLoad {
    return { state: this.#state.name, reconnects: Math.max(0, this.#openings - 1) }
  }

  /** For how long there has been no connection; one that dies at once does not count. */
  get awayMs(): number {
    return 'connection' in this.#state ? 0 : performance.now() - this.#awaySince
  }

  /** Resolves with the connection as soon as it is open and not blocked; never when the manager is closed first. */
  opened(): Promise<Connection> {
    if (this.#state.name === 'open') return Promise.resolve(this.#state.connection)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Tries again now, if it waits to do so: the broker has been seen to be back. */
  hurry(): void {
    this.#hurry?.()
  }

  /** Says goodbye to the broker; gives up at the deadline. */
  async close(deadline: number): Promise<void> {
    const connection = 'connection' in this.#state ? this.#state.connection : undefined
    this.#closing.abort()
    this.#enter({ name: 'closed' })
    await connection?.close(deadline)
    await settledBy(this.#loop, deadline)
  }

  async #stayConnected(): Promise<void> {
    const { hosts, reconnect } = this.#settings
    for (let attempt = 0, turn = 0; !this.#closing.signal.aborted; attempt++, turn++) {
      const livedMs = await this.#connectAndWatch(hosts[turn % hosts.length] as Host)
      if (livedMs >= provenAfterMs) attempt = 0
      const isSlow = this.#state.name === 'refused' && !mayChange(this.#settings)
      await this.#wait(isSlow ? refusedWaitMs : backoffMs(attempt, reconnect))
    }
  }

  async #wait(ms: number): Promise<void> {
    const early = new AbortController()
    this.#hurry = () => early.abort()
    this.#closing.signal.addEventListener('abort', this.#hurry)
    await pause(this.#closing.signal.aborted ? 0 : ms, early.signal)
    this.#closing.signal.removeEventListener('abort', this.#hurry)
    this.#hurry = undefined
  }

  /** Resolves when the connection is lost, or could not be made; answers how long it lived. */
  async #connectAndWatch(host: Host): Promise<number> {
    const address = describeAddress(this.#settings, host)
    let access: Access
    let connection: Connection
    try {
      access = await askAccess(this.#settings, this.#closing.signal)
      connection = await connect(this.#settings, access, host, this.#connectionName)
    } catch (error) {
      this.#failed(error as EventBusError)
      return 0
    }
    if (this.#closing.signal.aborted) {
      await connection.close(Date.now())
      return 0
    }
    const openedAt = Date.now()
    this.#opened(connection, address)
    if (access.credentials) void new SecretRenewal(connection, this.#settings, this.#logger).run(access.credentials)
    this.#lost(address, await connection.lost)
    return Date.now() - openedAt
  }

  #opened(connection: Connection, address: string): void {
    this.#openings++
    this.#openedAt = performance.now()
    this.#logger.info({ connection: this.role, broker_version: connection.broker.version }, `Connected to ${address}`)
    connection.onBlocked((reason) => {
      if (this.#state.name !== 'open' && this.#state.name !== 'blocked') return
      if (reason !== undefined)
        this.#logger.warn({ connection: this.role, reason }, `${address} takes no events at present: ${reason}`)
      this.#enter(
        reason === undefined ? { name: 'open', connection, address } : { name: 'blocked', connection, address, reason },
      )
    })
    this.#enter({ name: 'open', connection, address })
  }

  #failed(cause: EventBusError): void {
    if (this.#closing.signal.aborted) return
    const permanent = isPermanent(cause)
    // Once is enough: what follows is the same outage.
    const isNews = !('cause' in this.#state) || this.#state.cause?.code !== cause.code
    const isSlow = permanent && !mayChange(this.#settings)
    const again = isSlow ? `tried again every ${refusedWaitMs / 1_000} s` : 'trying again'
    const level = permanent ? 'error' : 'warn'
    this.#logger[isNews ? level : 'debug']({ connection: this.role, code: cause.code }, `${cause.message}; ${again}`)
    this.#enter(permanent ? { name: 'refused', cause } : { name: 'connecting', cause })
  }

  #lost(address: string, reason: Error): void {
    if (this.#closing.signal.aborted) return
    if (performance.now() - this.#openedAt >= provenAfterMs) this.#awaySince = performance.now()
    const cause = new EventBusError(
      'CONNECTION_FAILED',
      `The connection to ${address} was lost: ${asError(reason).message}`,
      { cause: reason },
    )
    this.#logger.warn({ connection: this.role, code: cause.code }, `${cause.message}; connecting again`)
    this.#enter({ name: 'connecting', cause })
  }

  /** The only assignment to #state. */
  #enter(next: ConnectionState): void {
    if (this.#state.name === 'closed') return
    this.#state = next
    if (next.name === 'open') {
      const waiting = this.#waiting
      this.#waiting = []
      for (const resolve of waiting) resolve(next.connection)
    }
    this.#onChange(this)
  }
}

/** Whether trying again soon is useless: somebody has to change a setting, here or on the broker. */
export function isPermanent(error: unknown): error is EventBusError {
  const codes = [
    'OPTION_INVALID',
    'CREDENTIALS_REFUSED',
    'VHOST_REFUSED',
    'TLS_FAILED',
    'DEPENDENCY_MISSING',
    'PERMISSION_DENIED',
    'TOPOLOGY_MISMATCH',
    'TOPOLOGY_MISSING',
  ]
  return isEventBusError(error) && codes.includes(error.code)
}
