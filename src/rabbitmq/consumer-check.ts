import type { Logger } from '../core/logger.ts'
import { pause } from '../core/backoff.ts'
import type { ConnectionManager } from './connection-manager.ts'
import { type Channel, type Connection, explainReply } from './driver.ts'
import type { ChannelState } from './recovering-channel.ts'
import { onScratchChannel } from './scratch-channel.ts'

/** A consumer of one queue, as its check sees it. */
export interface CheckedConsumer {
  readonly queue: string
  readonly state: ChannelState
  /** How many deliveries have come so far. */
  readonly arrived: number
  /** How many of them are not settled. */
  readonly inHand: number
  /** Binds its queue again to what it shall be bound to, some patterns each time. */
  rebind(channel: Channel): Promise<void>
  /** Starts to consume anew. */
  restore(fault: ConsumerFault): void
}

export interface ConsumerFault {
  readonly why: string
  /** And all bindings with it. */
  readonly exchangeIsGone: boolean
}

/** A consumer that had nothing to do, and events for it lay in its queue. */
interface Idleness {
  readonly arrived: number
}

/**
 * Looks every few seconds whether events still reach the consumers. A broker can lose a consumer and not say so, or a queue
 * and with it the consumer; whoever deletes the exchange takes all bindings with it, also where a publisher makes it anew.
 * Without this the bus would be deaf from then on.
 */
export class ConsumerCheck {
  readonly #connections: ConnectionManager
  readonly #exchange: string
  readonly #consumers: () => Iterable<CheckedConsumer>
  readonly #everyMs: number
  readonly #logger: Logger
  readonly #idle = new WeakMap<CheckedConsumer, Idleness>()

  constructor(
    connections: ConnectionManager,
    exchange: string,
    consumers: () => Iterable<CheckedConsumer>,
    everyMs: number,
    logger: Logger,
  ) {
    this.#connections = connections
    this.#exchange = exchange
    this.#consumers = consumers
    this.#everyMs = everyMs
    this.#logger = logger
  }

  /** Goes on until the signal is aborted. */
  async run(closing: AbortSignal): Promise<void> {
    while (!closing.aborted) {
      await pause(this.#everyMs, closing)
      await this.#checkAll(closing)
    }
  }

  async #checkAll(closing: AbortSignal): Promise<void> {
    for (const consumer of this.#consumers()) {
      const fault = await this.#check(consumer, closing)
      if (fault?.exchangeIsGone) return this.#restoreAll(fault)
      if (fault) consumer.restore(fault)
    }
  }

  /** The first to be restored makes the exchange anew: after that, the others could not tell that it was gone. */
  #restoreAll(fault: ConsumerFault): void {
    for (const consumer of this.#consumers()) consumer.restore(fault)
  }

  async #check(consumer: CheckedConsumer, closing: AbortSignal): Promise<ConsumerFault | undefined> {
    const { state: connection } = this.#connections
    if (closing.aborted || connection.name !== 'open' || consumer.state.name !== 'open') return undefined
    const { channel } = consumer.state
    const fault = await this.#faultOf(consumer, connection.connection)
    const isSameChannel = consumer.state.name === 'open' && consumer.state.channel === channel
    return isSameChannel && !closing.aborted ? fault : undefined
  }

  async #faultOf(consumer: CheckedConsumer, connection: Connection): Promise<ConsumerFault | undefined> {
    const { queue } = consumer
    const exchange = `exchange '${this.#exchange}'`
    let asked = `queue '${queue}'`
    try {
      const { consumerCount, messageCount } = await onScratchChannel(connection, async (channel) => {
        const counts = await channel.checkQueue(queue)
        asked = exchange
        await channel.checkExchange(this.#exchange)
        await consumer.rebind(channel)
        return counts
      })
      if (consumerCount === 0) return { why: `The queue '${queue}' has lost its consumer`, exchangeIsGone: false }
      return this.#isPassedOver(consumer, messageCount)
        ? { why: `Events lie in the queue '${queue}', and none of them is handed out`, exchangeIsGone: false }
        : undefined
    } catch (error) {
      const { code, message } = explainReply(error, `find the ${asked}`)
      if (code === 'TOPOLOGY_MISSING') return { why: `The ${asked} is gone`, exchangeIsGone: asked === exchange }
      this.#logger.debug({ queue, code }, `${message}; its consumer is checked again later`)
      return undefined
    }
  }

  /**
   * The count of consumers includes those of others. But a queue hands out to whoever has room; one that has had room
   * since the last check, while events were waiting, is none of its consumers any more.
   */
  #isPassedOver(consumer: CheckedConsumer, messageCount: number): boolean {
    const { arrived, inHand } = consumer
    const before = this.#idle.get(consumer)
    this.#idle.delete(consumer)
    if (messageCount === 0 || inHand > 0) return false
    if (before?.arrived === arrived) return true
    this.#idle.set(consumer, { arrived })
    return false
  }
}
