import { type ConnectionManager, isPermanent } from './connection-manager.ts'
import { type Channel, type Connection, explainReply } from './driver.ts'
import { onScratchChannel } from './scratch-channel.ts'
import type { Topology } from './topology.ts'
import type { Item } from './topology-item.ts'
import { levelOf } from './wait-ladder.ts'

/** What the default retries need: delays of up to 64 s. */
const usualLevel = 6

/** The ladder on one connection, as far as it was wanted then. */
interface Declaration {
  readonly connection: Connection
  readonly level: number
  /** Settles when it is on the broker, or cannot be. */
  readonly done: Promise<void>
}

/**
 * Sees to it that the wait ladder, and the dead letters behind it, are on the broker before something is sent there. The
 * usual levels are made for the first subscription on each connection, higher ones when a delay first needs them.
 */
export class Waiting {
  readonly #consuming: ConnectionManager
  readonly #topology: Topology
  #level = usualLevel
  #isUsed = false
  /** Done or under way. After an outage the broker may be another one. */
  #latest: Declaration | undefined

  constructor(consuming: ConnectionManager, topology: Topology) {
    this.#consuming = consuming
    this.#topology = topology
  }

  /** What the publisher's next channel has to make: publishing to an exchange that is missing closes the channel. */
  get plan(): readonly Item[] {
    return this.#isUsed && this.#topology.mayDeclare ? this.#planUpTo(this.#level) : []
  }

  /**
   * Where to publish what shall reach the queue after so many seconds. While the broker is away it waits for nothing: the
   * publisher, which keeps limits and deadlines, finds the ladder on its next channel.
   */
  async route(seconds: number, queue: string): Promise<{ exchange: string; routingKey: string }> {
    this.#level = Math.max(this.#level, levelOf(seconds))
    this.#isUsed = true
    const { state } = this.#consuming
    if (state.name === 'open') await this.#prepareOrPass(state.connection)
    return this.#topology.ladder.route(seconds, queue)
  }

  /** What passes, such as the loss of the connection, is no reason to refuse: the publisher's next channel makes it. */
  async #prepareOrPass(connection: Connection): Promise<void> {
    try {
      await this.prepare(connection)
    } catch (error) {
      const explained = explainReply(error, 'declare the wait ladder')
      if (isPermanent(explained)) throw explained
    }
  }

  /** Declares it on this connection, unless that has been done. */
  prepare(connection: Connection): Promise<void> {
    const latest = this.#latest
    return latest?.connection === connection && latest.level >= this.#level ? latest.done : this.#declare(connection)
  }

  /** Declares all again, because something of it is missing. */
  async restore(): Promise<void> {
    const { state } = this.#consuming
    if (state.name === 'open') await this.#declare(state.connection)
  }

  /**
   * One at a time: RabbitMQ 3.10 closes the connection that consumes from a quorum queue while another channel is still
   * making it.
   */
  #declare(connection: Connection): Promise<void> {
    const level = this.#level
    const before = this.#latest?.connection === connection ? this.#latest.done.catch(() => {}) : undefined
    const apply = (channel: Channel): Promise<void> => this.#topology.apply(this.#planUpTo(level), channel)
    const done = Promise.resolve(before).then(() => onScratchChannel(connection, apply))
    const declaration = { connection, level, done }
    this.#latest = declaration
    done.catch(() => {
      if (this.#latest === declaration) this.#latest = undefined
    })
    return done
  }

  #planUpTo(level: number): readonly Item[] {
    return [this.#topology.deadLetters, ...this.#topology.ladder.plan(level), ...this.#topology.schedulePlan]
  }
}
