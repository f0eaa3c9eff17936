import type { ConnectionManager } from './connection-manager.ts'
import type { Channel, Connection } from './driver.ts'
import { onScratchChannel } from './scratch-channel.ts'
import type { Topology } from './topology.ts'
import type { Item } from './topology-item.ts'
import { levelOf } from './wait-ladder.ts'

/** What the default retries need: delays of up to 64 s. */
const usualLevel = 6

/**
 * Sees to it that the wait ladder, and the dead letters behind it, are on the broker before something is sent there. The
 * usual levels are made for the first subscription on each connection, higher ones when a delay first needs them.
 */
export class Waiting {
  readonly #consuming: ConnectionManager
  readonly #topology: Topology
  #level = usualLevel
  /** The connection that it was last declared on: after an outage the broker may be another one. */
  #declaredOn: Connection | undefined

  constructor(consuming: ConnectionManager, topology: Topology) {
    this.#consuming = consuming
    this.#topology = topology
  }

  /** What the publisher's next channel has to find: publishing to an exchange that is missing closes the channel. */
  get plan(): readonly Item[] {
    return this.#declaredOn ? this.#plan : []
  }

  /** Where to publish what shall reach the queue after so many seconds. */
  async route(seconds: number, queue: string): Promise<{ exchange: string; routingKey: string }> {
    await this.#ensure(levelOf(seconds))
    return this.#topology.ladder.route(seconds, queue)
  }

  /** Declares it on the channel's connection, unless that has been done. */
  async prepare(channel: Channel, connection: Connection): Promise<void> {
    if (this.#declaredOn === connection) return
    await this.#declare(channel)
    this.#declaredOn = connection
  }

  /** Declares all again, because something of it is missing. */
  async restore(): Promise<void> {
    const connection = await this.#consuming.opened()
    await onScratchChannel(connection, (channel) => this.#declare(channel))
    this.#declaredOn = connection
  }

  async #ensure(level: number): Promise<void> {
    const { state } = this.#consuming
    const isDeclared = state.name === 'open' && state.connection === this.#declaredOn && level <= this.#level
    this.#level = Math.max(this.#level, level)
    if (!isDeclared) await this.restore()
  }

  get #plan(): readonly Item[] {
    return [this.#topology.deadLetters, ...this.#topology.ladder.plan(this.#level), ...this.#topology.schedulePlan]
  }

  #declare(channel: Channel): Promise<void> {
    return this.#topology.apply(this.#plan, channel)
  }
}
