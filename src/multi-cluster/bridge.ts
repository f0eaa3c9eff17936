import type { BusStatus, CloseOptions } from '../core/api.ts'
import { backoffMs, pause } from '../core/backoff.ts'
import { asError, isEventBusError } from '../core/errors.ts'
import { type Health, summarize } from '../core/health.ts'
import { InHand } from '../core/in-hand.ts'
import { withFields } from '../core/logger.ts'
import { generateInstance, resolveCloseOptions } from '../core/options.ts'
import { Quarantine } from '../core/quarantine.ts'
import { neverUnhandled, settledBy } from '../core/settled.ts'
import { serializeData } from '../core/stamp.ts'
import type { Delivery, Intake, Member, Outcome, PublishSettings, TransportSession } from '../core/transport.ts'
import { type BridgeOptions, type BridgeSettings, resolveBridgeOptions } from './bridge-options.ts'
import type { ClusterOptions } from './options.ts'

/** Carries events from one cluster to another. */
export interface Bridge {
  /** Resolves when what is published at `from` from now on is carried over; rejects on a permanent error. */
  readonly ready: Promise<void>
  /** The names of its clusters. */
  readonly from: string
  readonly to: string
  /** By cluster. */
  readonly status: Readonly<Record<string, BusStatus>>
  /** Events that were confirmed at `to`. */
  readonly forwarded: number
  /** Events that know several clusters, or came by a bridge: they are not carried further. */
  readonly passedOver: number
  /** Tries that failed. What was refused for good is a dead letter, everything else is tried again. */
  readonly failures: number
  /** Events that `to` has refused for good: dead letters at `from`. */
  readonly deadLetters: number
  /** Events in hand that are not confirmed at `to` yet: up to the prefetch of `from`, in whose queue further ones wait. */
  readonly waiting: number
  /** The checks of both sides; their names end in `@` and that of the cluster. */
  healthCheck(): Promise<Health>
  /** Stops; what is in hand is carried over within the limit, or by the next bridge. */
  close(options?: CloseOptions): Promise<void>
}

const checkTimeoutMs = 1_800
const farewellMs = 1_000
const again = { minMs: 500, maxMs: 30_000 }

/**
 * Forwards each event of `from` to `to` at least once, under the same id and with all its attributes: for publishers that
 * know one cluster only. It has its home at `from`. What an outage of either side holds up waits in a queue at `from`.
 */
export function bridge(options: BridgeOptions): Bridge {
  return new ClusterBridge(resolveBridgeOptions(options))
}

class ClusterBridge implements Bridge {
  readonly ready: Promise<void>
  readonly #settings: BridgeSettings
  readonly #from: TransportSession
  readonly #to: TransportSession
  readonly #intake: Intake
  readonly #inHand = new InHand()
  readonly #closing = new AbortController()
  #forwarded = 0
  #passedOver = 0
  #failures = 0
  #deadLetters = 0
  #closed: Promise<void> | undefined

  constructor(settings: BridgeSettings) {
    this.#settings = settings
    this.#from = this.#join(settings.from)
    this.#to = this.#join(settings.to)
    const { group, pattern } = settings
    this.#intake = this.#from.consume({ kind: 'group', group, pattern }, (delivery) => this.#receive(delivery))
    this.ready = neverUnhandled(Promise.all([this.#intake.bind(pattern), this.#to.ready]).then(() => {}))
  }

  get from(): string {
    return this.#settings.from.name
  }

  get to(): string {
    return this.#settings.to.name
  }

  get status(): Record<string, BusStatus> {
    const { from, to } = this.#settings
    return { [from.name]: this.#from.status, [to.name]: this.#to.status }
  }

  get forwarded(): number {
    return this.#forwarded
  }

  get passedOver(): number {
    return this.#passedOver
  }

  get failures(): number {
    return this.#failures
  }

  get deadLetters(): number {
    return this.#deadLetters
  }

  get waiting(): number {
    return this.#inHand.count
  }

  async healthCheck(): Promise<Health> {
    const { from, to } = this.#settings
    const [atFrom, atTo] = await Promise.all([this.#from.check(checkTimeoutMs), this.#to.check(checkTimeoutMs)])
    const named = (checks: object, name: string): object =>
      Object.fromEntries(Object.entries(checks).map(([part, check]) => [`${part}@${name}`, check as unknown]))
    return summarize({ ...named(atFrom, from.name), ...named(atTo, to.name) })
  }

  close(options?: CloseOptions): Promise<void> {
    this.#closed ??= this.#close(resolveCloseOptions(options).timeoutMs)
    return this.#closed
  }

  #join({ name, transport }: ClusterOptions): TransportSession {
    const member: Member = {
      source: 'bridge',
      instance: generateInstance(),
      instanceIsGenerated: true,
      logger: withFields(this.#settings.logger, { cluster: name }),
      health: this.#settings.health,
      quarantine: new Quarantine(),
      onStatus: () => {},
      onGap: () => {},
    }
    return transport.join(member)
  }

  /** What has a home already reaches the clusters that it is for by itself. */
  async #receive(delivery: Delivery): Promise<Outcome> {
    if (delivery.home !== undefined) {
      this.#passedOver++
      return { kind: 'ack' }
    }
    this.#inHand.begin()
    try {
      return await this.#carry(delivery)
    } finally {
      this.#inHand.end()
    }
  }

  /** Until it is confirmed, however long that takes: it stays unacknowledged at `from`. */
  async #carry(delivery: Delivery): Promise<Outcome> {
    for (let attempt = 1; !this.#closing.signal.aborted; attempt++) {
      try {
        await this.#forward(delivery)
        this.#forwarded++
        return { kind: 'ack' }
      } catch (error) {
        const cause = asError(error)
        if (this.#closing.signal.aborted) break
        this.#failures++
        if (isEventBusError(cause, 'EVENT_TOO_LARGE')) return this.#giveUp(delivery, attempt, cause)
        await this.#rest(delivery, attempt, cause)
      }
    }
    return { kind: 'release' }
  }

  #forward({ event }: Delivery): Promise<void> {
    const options: PublishSettings = {
      timeoutMs: Infinity,
      afterMs: 0,
      requireRoute: false,
      signal: this.#closing.signal,
    }
    return this.#to.publish({ event, dataJson: serializeData(event), options, home: this.#settings.from.name })
  }

  async #rest({ event }: Delivery, attempt: number, err: Error): Promise<void> {
    const { from, to, logger } = this.#settings
    const fields = { event_type: event.type, event_id: event.id, attempt, cluster: to.name, err }
    logger.warn(fields, `An event was not forwarded to '${to.name}' yet; it waits at '${from.name}', trying again`)
    await pause(backoffMs(attempt, again), this.#closing.signal)
  }

  /** No other time will do better. */
  #giveUp({ attempts }: Delivery, attempt: number, cause: Error): Outcome {
    this.#deadLetters++
    const letter = {
      kind: 'deadLetter',
      reason: 'rejected',
      handlers: [],
      attempts: attempts + attempt,
      cause,
    } as const
    return { kind: 'forward', copies: [letter] }
  }

  async #close(timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs
    await settledBy(this.#intake.stop(), deadline)
    // Some of it is kept for giving back what will not be carried over.
    await settledBy(this.#inHand.nothing(), deadline - Math.min(farewellMs, timeoutMs / 5))
    this.#closing.abort()
    await settledBy(this.#from.pause(), deadline)
    await Promise.all([this.#to.close(deadline), this.#from.close(deadline)])
    this.#settings.logger.flush()
  }
}
