import { EventBusError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { settledBy } from '../core/settled.ts'
import { backoffMs } from '../core/backoff.ts'
import { Batch, mayJoin } from './outgoing-batch.ts'
import { ChannelTrust } from './channel-trust.ts'
import type { ConnectionManager } from './connection-manager.ts'
import { Deadlines } from './deadlines.ts'
import { type Channel, replyCode } from './driver.ts'
import type { RabbitmqSettings } from './options.ts'
import { Outgoing, type OutgoingOwner, type SendLimits, type WireMessage } from './outgoing.ts'
import { RecoveringChannel } from './recovering-channel.ts'
import { refusedFor, refusedOften, unframeable, unroutable } from './undeliverable.ts'
import { WaitingLine } from './waiting-line.ts'
import { eventsOf, type Parcel, Wire } from './wire.ts'

/** How many messages are on the wire at the most. 500 already give the full rate; more cost memory at a reconnect. */
const maxUnconfirmed = 1_000
/** The same where events that wait join: the fewer messages are under way, the more each carries. */
const maxUnconfirmedBatches = 100
/** A nack may pass (a full queue being emptied, a leader being elected), but not for ever. */
const maxRefusals = 8
/** AMQP's INTERNAL_ERROR. */
const innerError = 541
const afterRefusal = { minMs: 50, maxMs: 5_000 }

/**
 * Sends messages and waits for the broker's confirms. What is not confirmed when a channel dies is sent again, in order,
 * on the next one.
 */
export class Publisher {
  readonly #settings: RabbitmqSettings
  readonly #connections: ConnectionManager
  readonly #onChange: () => void
  readonly #channel: RecoveringChannel
  readonly #line = new WaitingLine()
  /** All that is not settled, for the limits and for `close`. */
  readonly #pending = new Set<Outgoing>()
  #pendingBytes = 0
  readonly #deadlines = new Deadlines(this.#pending)
  readonly #owner: OutgoingOwner = {
    settled: (outgoing) => this.#settled(outgoing),
    whyWaiting: () => this.#whyWaiting(),
  }
  #wire: Wire | undefined
  #flushIsDue = false
  /**
   * A message that the broker refuses by closing the channel or the connection does not say which one it was. So what
   * was on the wire then goes out one at a time, until the one that is refused again is alone.
   */
  #suspects = new Set<Outgoing>()
  #whenEmpty: (() => void) | undefined
  readonly #trust = new ChannelTrust()

  /** `setUp` makes what is published to; `onChange` is called when it can publish, and when it cannot for a reason that stays. */
  constructor(
    connections: ConnectionManager,
    settings: RabbitmqSettings,
    setUp: (channel: Channel) => Promise<void>,
    logger: Logger,
    onChange: () => void,
  ) {
    this.#settings = settings
    this.#connections = connections
    this.#onChange = onChange
    const use = {
      name: 'publisher',
      setUp,
      opened: (channel: Channel) => this.#opened(channel),
      lost: (cause: Error) => this.#lost(cause),
      // What waits stays, since the fault may be mended; only what is new is refused.
      failed: onChange,
    }
    this.#channel = new RecoveringChannel(connections, use, logger)
  }

  get state(): RecoveringChannel['state'] {
    return this.#channel.state
  }

  /** Events that are not confirmed. */
  get pending(): { events: number; bytes: number } {
    return { events: this.#pending.size, bytes: this.#pendingBytes }
  }

  /** How much of the buffer is taken: 1 for all of it. */
  get fill(): number {
    const { maxBufferedEvents, maxBufferedBytes } = this.#settings
    return Math.max(this.#pending.size / maxBufferedEvents, this.#pendingBytes / maxBufferedBytes)
  }

  /** How long the oldest event has been waiting for its confirm. */
  get oldestMs(): number {
    const [oldest] = this.#pending
    return oldest?.waitingMs ?? 0
  }

  /**
   * Why an event of so many bytes, or more, cannot be taken at present: for lack of room. To be asked before it is
   * encoded: a small Buffer keeps the whole piece of memory that it was cut from, beside all those that were refused.
   */
  roomFault(what: string, bytes: number): EventBusError | undefined {
    const { maxBufferedEvents, maxBufferedBytes } = this.#settings
    if (this.#pending.size < maxBufferedEvents && this.#pendingBytes + bytes <= maxBufferedBytes) return undefined
    const fill = `${this.#pending.size} events with ${this.#pendingBytes} bytes wait for their confirm`
    const limits = `maxBufferedEvents ${maxBufferedEvents}, maxBufferedBytes ${maxBufferedBytes}`
    return new EventBusError('PUBLISH_BUFFER_FULL', `${what} was not accepted: ${fill} (${limits})`)
  }

  /** Sends an event, if the buffer has room for it. */
  publish(message: WireMessage, limits: SendLimits): Promise<void> {
    const fault = this.roomFault(message.what, message.body.length)
    return fault ? Promise.reject(fault) : this.send(message, limits)
  }

  /** Sends what the bus itself has to say: bounded by the deliveries in hand, and not to be refused. */
  send(message: WireMessage, limits: SendLimits = {}): Promise<void> {
    const outgoing = new Outgoing(message, limits, this.#owner)
    const { confirmed } = outgoing
    this.#pending.add(outgoing)
    this.#pendingBytes += outgoing.bytes
    this.#deadlines.watch(outgoing)
    if (limits.signal?.aborted) outgoing.giveUp('PUBLISH_ABORTED', 'The publish was aborted', limits.signal.reason)
    else this.#line.push(outgoing)
    this.#flushSoon()
    return confirmed
  }

  /** Waits for all confirms until the deadline; answers how many events were left without. */
  async close(deadline: number): Promise<number> {
    if (this.#pending.size > 0) await settledBy(new Promise<void>((resolve) => (this.#whenEmpty = resolve)), deadline)
    const unconfirmed = [...this.#pending]
    for (const outgoing of unconfirmed) outgoing.giveUp('BUS_CLOSED', 'The bus was closed')
    this.#deadlines.stop()
    await this.#channel.close(deadline)
    return unconfirmed.length
  }

  /** Why nothing goes out at present, where that is known. */
  #whyWaiting(): EventBusError | undefined {
    const { state } = this.#connections
    if ('cause' in state) return state.cause
    return 'cause' in this.#channel.state ? this.#channel.state.cause : undefined
  }

  #opened(channel: Channel): void {
    this.#wire = new Wire(channel, {
      confirmed: (events) => this.#confirmed(events),
      nacked: (events) => this.#nacked(events),
    })
    this.#flush()
    this.#onChange()
  }

  /** Where events may join, those that are published in the same tick are waited for. */
  #flushSoon(): void {
    if (!this.#settings.batching) return this.#flush()
    if (this.#flushIsDue) return
    this.#flushIsDue = true
    process.nextTick(() => {
      this.#flushIsDue = false
      this.#flush()
    })
  }

  /** Writes what waits, as far as the window allows. */
  #flush(): void {
    const wire = this.#wire
    if (!wire) return
    const window = this.#suspects.size > 0 ? 1 : this.#settings.batching ? maxUnconfirmedBatches : maxUnconfirmed
    while (wire.messages < window) {
      const next = this.#nextParcel()
      if (!next || !this.#write(next, wire)) return
    }
  }

  /** The first that waits, with others that may join it. */
  #nextParcel(): Parcel | undefined {
    const first = this.#line.shift()
    const { batching } = this.#settings
    if (!first || !batching || this.#suspects.size > 0 || !mayJoin(first)) return first
    const batch = new Batch(first, batching)
    this.#line.fill(batch)
    return batch.events.length > 1 ? batch : first
  }

  /** Answers whether the channel goes on working. */
  #write(parcel: Parcel, wire: Wire): boolean {
    try {
      if (wire.write(parcel)) return true
      // `lost` is about to say so.
      this.#line.unshift(eventsOf(parcel))
      return false
    } catch (error) {
      for (const outgoing of eventsOf(parcel)) outgoing.reject(unframeable(outgoing, error))
      return true
    }
  }

  #confirmed(messages: readonly Outgoing[]): void {
    for (const outgoing of messages) {
      this.#suspects.delete(outgoing)
      this.#trust.taken(outgoing)
      if (outgoing.returned) outgoing.reject(unroutable(outgoing))
      else outgoing.resolve()
    }
    this.#flushSoon()
  }

  /** Refused by one queue at least; others may have taken it. Tried again under the same id. */
  #nacked(messages: readonly Outgoing[]): void {
    for (const outgoing of messages) {
      this.#suspects.delete(outgoing)
      if (outgoing.isSettled) continue
      outgoing.refusals++
      if (outgoing.refusals > maxRefusals) outgoing.reject(refusedOften(outgoing))
      else outgoing.later(backoffMs(outgoing.refusals, afterRefusal), () => this.#again([outgoing]))
    }
    if (this.#wire && this.#trust.endsWith(messages, this.#wire.openedAt))
      this.#channel.replace('The broker goes on refusing messages (nack)')
    this.#flushSoon()
  }

  #again(messages: readonly Outgoing[]): void {
    this.#line.unshift(messages)
    this.#flushSoon()
  }

  #lost(cause: Error): void {
    const unconfirmed = this.#wire?.unconfirmed ?? []
    this.#wire = undefined
    if (this.#isRefusal(cause)) this.#suspect(unconfirmed, cause)
    this.#line.unshift(unconfirmed.filter(({ isSettled }) => !isSettled))
  }

  /** Whether the broker ended the channel or the connection because of what we wrote, and not for reasons of its own. */
  #isRefusal(cause: Error): boolean {
    const code = replyCode(cause)
    // An exchange that is missing is made for the next channel, where that is allowed.
    if (code === 404) return this.#settings.topology === 'check'
    return code === 403 || code === 406 || (code !== undefined && code >= 500)
  }

  /** What was given up meanwhile may have been the one as well. */
  #suspect(unconfirmed: readonly Outgoing[], cause: Error): void {
    const [culprit] = unconfirmed
    if (unconfirmed.length === 1 && culprit) this.#convict(culprit, cause)
    else this.#suspects = new Set(unconfirmed.filter(({ isSettled }) => !isSettled))
  }

  /** An inner error of the broker may have another reason, such as a queue that is deleted in that moment: tried again. */
  #convict(culprit: Outgoing, cause: Error): void {
    if (replyCode(cause) === innerError && ++culprit.refusals <= maxRefusals) this.#suspects = new Set([culprit])
    else culprit.reject(refusedFor(culprit, cause))
  }

  #settled(outgoing: Outgoing): void {
    this.#suspects.delete(outgoing)
    this.#pending.delete(outgoing)
    this.#pendingBytes -= outgoing.bytes
    if (this.#pending.size === 0) this.#whenEmpty?.()
  }
}
