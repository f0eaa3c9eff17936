import type { BusControl, CloseOptions, Handler, Subscription, SubscriptionStatus, UntypedBus } from '../core/api.ts'
import type { Recordable, Refusal } from '../core/append-batch.ts'
import type { BusEvent } from '../core/event.ts'
import type { EventStore } from '../core/event-store.ts'
import { resolveCloseOptions } from '../core/options.ts'
import { Recorder } from '../core/recorder.ts'
import { DeadLetter, RetryLater } from '../core/retry.ts'
import { type RecordEventsOptions, type RecordEventsSettings, resolveRecordEvents } from './record-events-options.ts'

/** What records the events of a bus, until it is stopped or the bus is closed. */
export interface EventRecording {
  /** Resolves when every event published from now on will be recorded, however long that takes. */
  readonly ready: Promise<void>
  readonly status: SubscriptionStatus
  /** Events that this process has recorded, those that the store had already included. */
  readonly recorded: number
  /** Events in hand that the store has not taken yet. */
  readonly waiting: number
  /** Takes no more events and records those in hand; what the store does not take within the limit goes back. */
  stop(options?: CloseOptions): Promise<void>
}

const day = 86_400_000
const longestPauseMs = 60_000
/** Over three months of a store that is away, at 15 minutes in hand each time. */
const maxAttempts = 10_000

/**
 * Records every event of the bus's exchange, whoever publishes it: by a durable group, so that what comes while nobody
 * records waits on the broker. Events are acknowledged when the store has them, many in one append. While it fails they
 * stay in hand, as many as the transport's prefetch allows; longer than `holdMs` none does, since the broker would take
 * it away: it goes back and comes again. Throws `OPTION_INVALID`, `HANDLER_NAME_IN_USE`.
 */
export function recordEvents(bus: BusControl, store: EventStore, options?: RecordEventsOptions): EventRecording {
  // Whatever its catalog: at run time there is one kind of bus.
  return new GroupRecorder(bus as UntypedBus, store, resolveRecordEvents(store, options))
}

class GroupRecorder implements EventRecording {
  readonly #settings: RecordEventsSettings
  readonly #storeName: string
  readonly #recorder: Recorder<HeldEvent>
  /** In the order in which they came. */
  readonly #held = new Set<HeldEvent>()
  readonly #subscription: Subscription
  readonly #endings: readonly (() => void)[]
  #recorded = 0
  #stopped: Promise<void> | undefined

  constructor(bus: UntypedBus, store: EventStore, settings: RecordEventsSettings) {
    const { group, pattern, holdMs } = settings
    this.#settings = settings
    this.#storeName = store.name
    const recorded = (entries: readonly HeldEvent[]): void => this.#settle(entries)
    this.#recorder = new Recorder(store, { recorded, refused: (refusal) => this.#refuse(refusal) }, bus.logger)
    const retry = { immediate: 0, delays: [longestPauseMs], maxAttempts }
    const options = { group, name: 'recordEvents', concurrency: 10_000, timeoutMs: day, retry }
    this.#subscription = bus.subscribe(pattern, this.#handle, options)
    const sweep = setInterval(() => this.#handBack(holdMs), Math.min(holdMs / 4, 30_000)).unref()
    this.#endings = [
      () => clearInterval(sweep),
      bus.addHealthCheck(`recorder:${group}`, () => this.#recorder.check()),
      bus.addRecording(`recorder:${group}`, () => this.#recorder.measure()),
      bus.on('status', (status) => {
        if (status === 'closing') void this.#recorder.flush(0)
        if (status === 'closed') this.#end()
      }),
    ]
  }

  get ready(): Promise<void> {
    return this.#subscription.ready
  }

  get status(): SubscriptionStatus {
    return this.#subscription.status
  }

  get recorded(): number {
    return this.#recorded
  }

  get waiting(): number {
    return this.#held.size
  }

  stop(options?: CloseOptions): Promise<void> {
    this.#stopped ??= this.#stop(resolveCloseOptions(options).timeoutMs)
    return this.#stopped
  }

  readonly #handle: Handler = (event) => {
    const held = new HeldEvent(event)
    this.#held.add(held)
    this.#recorder.add(held)
    return held.settled
  }

  #settle(entries: readonly HeldEvent[]): void {
    this.#recorded += entries.length
    for (const held of entries) {
      this.#held.delete(held)
      held.done()
    }
  }

  #refuse({ entry, cause }: Refusal<HeldEvent>): void {
    this.#held.delete(entry)
    entry.fail(new DeadLetter(`The store '${this.#storeName}' refuses the event: ${cause.message}`, { cause }))
  }

  /** Those that have been in hand for so long. */
  #handBack(heldMs: number): void {
    const before = performance.now() - heldMs
    for (const held of this.#held) {
      if (held.since > before) return
      this.#held.delete(held)
      this.#recorder.withdraw(held)
      held.fail(
        new RetryLater({ afterMs: Math.min(this.#settings.holdMs, longestPauseMs), cause: notTaken(this.#storeName) }),
      )
    }
  }

  async #stop(timeoutMs: number): Promise<void> {
    await this.#subscription.unsubscribe()
    await this.#recorder.flush(Date.now() + timeoutMs)
    this.#handBack(0)
    this.#end()
  }

  #end(): void {
    this.#recorder.stop()
    for (const end of this.#endings) end()
  }
}

function notTaken(store: string): Error {
  return new Error(`The store '${store}' has not taken the event; it goes back to its queue and comes again`)
}

/** An event whose delivery is not settled yet. */
class HeldEvent implements Recordable {
  readonly event: BusEvent
  readonly bytes = 0
  readonly since: number = performance.now()
  readonly settled: Promise<void>
  readonly done: () => void
  readonly fail: (cause: Error) => void

  constructor(event: BusEvent) {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.event = event
    this.settled = promise
    this.done = resolve
    this.fail = reject
  }
}
