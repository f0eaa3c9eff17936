import type { EventBusError } from '../core/errors.ts'
import { neverUnhandled } from '../core/settled.ts'
import { type Channel, explainReply } from './driver.ts'

/** How many patterns are bound again at a time: a queue may have very many, and the broker has other things to do. */
const rebindAtOnce = 200

/**
 * The patterns that one queue shall be bound to. What is asked for while the broker is away is done when it is back:
 * bindings that were made, and bindings that were taken away.
 */
export class Bindings {
  readonly #queue: string
  readonly #exchange: string
  /** By pattern, the promise that settles when it is bound, or cannot be. */
  readonly #wanted = new Map<string, PromiseWithResolvers<void>>()
  /** Taken away here, and perhaps still on the broker. */
  readonly #unwanted = new Set<string>()
  /** What `applyTo` has bound; what was wanted since then is bound when the channel is open. */
  #applied: readonly string[] = []
  #channel: Channel | undefined
  /** Those that are bound again next. */
  #toRebind: string[] = []

  constructor(queue: string, exchange: string) {
    this.#queue = queue
    this.#exchange = exchange
  }

  /** Resolves when the pattern is bound. */
  add(pattern: string): Promise<void> {
    this.#unwanted.delete(pattern)
    const known = this.#wanted.get(pattern)
    if (known) return known.promise
    const bound = this.#want(pattern)
    if (this.#channel) void this.#bindSoon(this.#channel, pattern, bound)
    return bound.promise
  }

  /** Resolves when the pattern is unbound, at once while there is no channel. */
  async delete(pattern: string): Promise<void> {
    this.#wanted.delete(pattern)
    this.#unwanted.add(pattern)
    if (this.#channel) await this.#unbindSoon(this.#channel, pattern)
  }

  /** Brings a new channel's queue up to date. */
  async applyTo(channel: Channel): Promise<void> {
    for (const pattern of this.#unwanted) await this.#unbind(channel, pattern)
    this.#applied = [...this.#wanted.keys()]
    for (const pattern of this.#applied) await this.#bind(channel, pattern)
  }

  /** The channel consumes now: what is bound reaches the handlers. */
  opened(channel: Channel): void {
    this.#channel = channel
    for (const pattern of this.#applied) this.#wanted.get(pattern)?.resolve()
    for (const [pattern, bound] of this.#wanted) {
      if (!this.#applied.includes(pattern)) void this.#bindSoon(channel, pattern, bound)
    }
    for (const pattern of this.#unwanted) void this.#unbindSoon(channel, pattern)
  }

  lost(): void {
    this.#channel = undefined
  }

  /** What somebody has unbound, or deleted with the exchange, is bound again: some of it each time, in turn. */
  async rebind(channel: Channel): Promise<void> {
    if (this.#toRebind.length === 0) this.#toRebind = [...this.#wanted.keys()]
    for (const pattern of this.#toRebind.splice(0, rebindAtOnce)) {
      if (!this.#wanted.has(pattern)) continue
      await this.#bind(channel, pattern)
      // Taken away in that moment.
      if (!this.#wanted.has(pattern)) await this.#unbind(channel, pattern)
    }
  }

  /** Tells those who wait; who asks later may be luckier. */
  failed(cause: EventBusError): void {
    for (const [pattern, bound] of this.#wanted) {
      bound.reject(cause)
      this.#want(pattern)
    }
  }

  #want(pattern: string): PromiseWithResolvers<void> {
    const bound = Promise.withResolvers<void>()
    void neverUnhandled(bound.promise)
    this.#wanted.set(pattern, bound)
    return bound
  }

  /** On a channel that breaks meanwhile nothing is lost: the next one does all that is wanted, and tells what is impossible. */
  async #bindSoon(channel: Channel, pattern: string, bound: PromiseWithResolvers<void>): Promise<void> {
    await this.#bind(channel, pattern).then(bound.resolve, () => {})
  }

  async #unbindSoon(channel: Channel, pattern: string): Promise<void> {
    await this.#unbind(channel, pattern).catch(() => {})
  }

  async #bind(channel: Channel, pattern: string): Promise<void> {
    try {
      await channel.bindQueue(this.#queue, this.#exchange, pattern)
    } catch (error) {
      throw explainReply(
        error,
        `bind the queue '${this.#queue}' to the exchange '${this.#exchange}' with the pattern '${pattern}'`,
      )
    }
  }

  async #unbind(channel: Channel, pattern: string): Promise<void> {
    try {
      await channel.unbindQueue(this.#queue, this.#exchange, pattern)
    } catch (error) {
      throw explainReply(error, `unbind the queue '${this.#queue}' from the pattern '${pattern}'`)
    }
    // Unless it was wanted again meanwhile: then it is not here, and bound after this.
    this.#unwanted.delete(pattern)
  }
}
