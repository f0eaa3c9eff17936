import { EventBusError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { settledBy, unlessAborted } from '../core/settled.ts'
import { backoffMs } from '../core/backoff.ts'
import { type ConnectionManager, isPermanent } from './connection-manager.ts'
import { type Channel, type Connection, explainReply, type OpenChannel } from './driver.ts'
import { withinLimit } from './within-limit.ts'

export type ChannelState =
  | { readonly name: 'waiting'; readonly cause?: EventBusError }
  | { readonly name: 'open'; readonly channel: Channel; readonly connection: Connection }
  /** Trying again soon is useless. Tried again slowly, and with every new connection. */
  | { readonly name: 'failed'; readonly cause: EventBusError }
  | { readonly name: 'closed' }

/** What a channel is for. */
export interface ChannelUse {
  /** For logs: whose channel it is, e.g. the name of a queue. */
  readonly name: string
  /** Makes a new channel fit for use: topology, prefetch, consumer. The channel counts as open when it resolves. */
  setUp(channel: Channel, connection: Connection): Promise<void>
  opened(channel: Channel): void
  /** The channel is gone; `cause` is the broker's reason where it gave one. */
  lost(cause: Error): void
  /** `setUp` failed for good. */
  failed(cause: EventBusError): void
}

/** How long the broker may take for one channel with all its topology; a wedged queue never answers. */
const setUpTimeoutMs = 15_000
/** How long it may take to close one. */
const endTimeoutMs = 5_000
const reopen = { minMs: 50, maxMs: 5_000 }
const failedWaitMs = 60_000
const provenAfterMs = 1_000

/** Keeps one channel open, for ever: whatever ends it, the next one is set up in the same way. */
export class RecoveringChannel {
  readonly #connections: ConnectionManager
  readonly #use: ChannelUse
  readonly #logger: Logger
  readonly #closing = new AbortController()
  readonly #loop: Promise<void>
  #state: ChannelState = { name: 'waiting' }

  constructor(connections: ConnectionManager, use: ChannelUse, logger: Logger) {
    this.#connections = connections
    this.#use = use
    this.#logger = logger
    this.#loop = this.#stayOpen()
  }

  get state(): ChannelState {
    return this.#state
  }

  /** The channel, while it is open. */
  get channel(): Channel | undefined {
    return this.#state.name === 'open' ? this.#state.channel : undefined
  }

  /** Ends the channel of now and sets up another, because this one no longer does what it should. */
  replace(why: string): void {
    this.#logger.warn({ channel: this.#use.name }, `${why}; opening another channel for '${this.#use.name}'`)
    if (this.#state.name === 'open') void endOrCut(this.#state)
  }

  /** Closes the channel; gives up waiting for the broker at the deadline. */
  async close(deadline: number): Promise<void> {
    const { channel } = this
    this.#closing.abort(new EventBusError('BUS_CLOSED', `'${this.#use.name}' is closed`))
    this.#enter({ name: 'closed' })
    if (channel) await settledBy(channel.close(), deadline)
    await settledBy(this.#loop, deadline)
  }

  async #stayOpen(): Promise<void> {
    for (let attempt = 0; !this.#closing.signal.aborted; attempt++) {
      const connection = await this.#nextConnection()
      if (!connection) return
      const livedMs = await this.#openAndWatch(connection)
      if (livedMs >= provenAfterMs) attempt = 0
      await this.#waitBeforeNext(connection, attempt)
    }
  }

  async #nextConnection(): Promise<Connection | undefined> {
    return unlessAborted(this.#connections.opened(), this.#closing.signal).catch(() => undefined)
  }

  /** Resolves when the channel is lost, or could not be opened; answers how long it lived. */
  async #openAndWatch(connection: Connection): Promise<number> {
    const opening = connection.openChannel()
    let open: OpenChannel
    try {
      open = await this.#within(opening)
      await this.#within(this.#use.setUp(open.channel, connection))
    } catch (error) {
      // Also when it opens after all, too late.
      void opening.then(({ channel }) => channel.close()).catch(() => {})
      this.#setUpFailed(explainReply(error, `open a channel for '${this.#use.name}'`))
      return 0
    }
    const openedAt = Date.now()
    this.#enter({ name: 'open', channel: open.channel, connection })
    this.#use.opened(open.channel)
    const cause = await open.lost
    this.#channelLost(cause)
    return Date.now() - openedAt
  }

  #setUpFailed(cause: EventBusError): void {
    if (this.#closing.signal.aborted) return
    const known = 'cause' in this.#state && this.#state.cause?.message === cause.message
    // The connection says for itself when it is lost, and a wait that goes on is no news.
    if (!known && cause.code !== 'CONNECTION_FAILED') {
      this.#logger[isPermanent(cause) ? 'error' : 'warn']({ channel: this.#use.name, code: cause.code }, cause.message)
    }
    this.#enter({ name: isPermanent(cause) ? 'failed' : 'waiting', cause })
    if (isPermanent(cause)) this.#use.failed(cause)
  }

  #channelLost(reason: Error): void {
    if (this.#closing.signal.aborted) return
    this.#enter({ name: 'waiting', cause: explainReply(reason, `keep the channel of '${this.#use.name}' open`) })
    this.#use.lost(reason)
  }

  /** What was set up in vain is tried again later; what went with its connection waits for the next one alone. */
  async #waitBeforeNext(connection: Connection, attempt: number): Promise<void> {
    const waitMs = this.#state.name === 'failed' ? failedWaitMs : backoffMs(attempt, reopen)
    await settledBy(unlessAborted(connection.lost, this.#closing.signal), Date.now() + waitMs)
  }

  #within<T>(work: Promise<T>): Promise<T> {
    const message = `The broker took longer than ${setUpTimeoutMs} ms to set up '${this.#use.name}'. Is one of its queues without a leader?`
    return withinLimit(unlessAborted(work, this.#closing.signal), setUpTimeoutMs, message)
  }

  /** The only assignment to #state. */
  #enter(next: ChannelState): void {
    if (this.#state.name !== 'closed') this.#state = next
  }
}

/** A channel that the broker does not even close takes its connection with it. */
async function endOrCut({ channel, connection }: Extract<ChannelState, { name: 'open' }>): Promise<void> {
  try {
    if (!(await settledBy(channel.close(), Date.now() + endTimeoutMs))) await connection.close(Date.now())
  } catch {
    // It is gone already, which is what we want.
  }
}
