import { setImmediate as nextTurn } from 'node:timers/promises'
import { appendBatch, type BatchOutcome, type Recordable, type Refusal } from './append-batch.ts'
import { backoffMs } from './backoff.ts'
import { isEventBusError } from './errors.ts'
import type { EventStore } from './event-store.ts'
import { type HealthCheck, healthCheck } from './health.ts'
import type { Logger } from './logger.ts'
import type { RecordingMeasurements } from './measurements.ts'
import { settledBy } from './settled.ts'
import { turnTime } from './turn-time.ts'

/** Told what becomes of the events that a recorder was given. */
export interface RecorderListener<E> {
  /** The store has them. */
  recorded(entries: readonly E[]): void
  /** The store takes others and not this one; it waits no more. */
  refused(refusal: Refusal<E>): void
}

/** As many as SQLite takes in one transaction, and about as many bytes as hold up the event loop for 10 ms. */
const batchLimits = { events: 200, bytes: 1_048_576 }
/** How long the first of a batch waits for others. */
const gatherMs = 5
const retry = { minMs: 200, maxMs: 10_000 }
/** While somebody waits for the end. */
const hurriedRetry = { minMs: 50, maxMs: 500 }
/** So often one is refused while others are taken, before it counts as its own fault. */
const maxStrikes = 3
const logEveryMs = 60_000

/**
 * Appends events to a store in their order, a batch at a time, behind the back of who gives them. While the store fails
 * it tries again and again, and keeps what waits: who gives sees to a limit.
 */
export class Recorder<E extends Recordable> {
  readonly #store: EventStore
  readonly #listener: RecorderListener<E>
  readonly #logger: Logger
  readonly #slowMs: number
  /** Since when, in the order in which they came. */
  readonly #waiting = new Map<E, number>()
  readonly #strikes = new WeakMap<E, number>()
  #bytes = 0
  readonly #counts = { recorded: 0, failures: 0, notRecorded: 0 }
  /** Why the last append failed, and how many have in a row. */
  #failure: { readonly cause: Error; readonly count: number } | undefined
  #loggedAt = -Infinity
  /** Since when the store owes an answer. */
  #askedAt: number | undefined
  #isHurried = false
  #isStopped = false
  #running: Promise<void> | undefined
  #wake: () => void = () => {}

  /** A store that does not answer for `slowMs` is a warning in health. */
  constructor(store: EventStore, listener: RecorderListener<E>, logger: Logger, slowMs = 5_000) {
    this.#store = store
    this.#listener = listener
    this.#logger = logger
    this.#slowMs = slowMs
  }

  /** How many events wait, those that are being appended included. */
  get size(): number {
    return this.#waiting.size
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Whether it appends no more: it was stopped, or the store is closed. */
  get isStopped(): boolean {
    return this.#isStopped
  }

  add(entry: E): void {
    this.#waiting.set(entry, turnTime())
    this.#bytes += entry.bytes
    if (!this.#isStopped) this.#running ??= this.#run()
  }

  /** Waits no more for it. It may still be recorded, if it is being appended. */
  withdraw(entry: E): void {
    if (this.#waiting.delete(entry)) this.#bytes -= entry.bytes
  }

  /** Appends what waits without a rest; resolves when nothing waits, it was stopped, or at `deadline` (ms since the epoch). */
  async flush(deadline: number): Promise<void> {
    this.#isHurried = true
    this.#wake()
    if (this.#running) await settledBy(this.#running, deadline)
  }

  /** Appends no more. */
  stop(): void {
    this.#isStopped = true
    this.#wake()
  }

  check(): HealthCheck {
    const waiting = this.size
    const why = this.#failure?.cause.message ?? this.#silence()
    if (why === undefined) return healthCheck('pass', waiting)
    return healthCheck(
      'warn',
      waiting,
      `The store '${this.#store.name}' does not record; what is observed waits: ${why}`,
    )
  }

  measure(): RecordingMeasurements {
    const [since] = this.#waiting.values()
    const lagSeconds = since === undefined ? 0 : (performance.now() - since) / 1_000
    return { waitingEvents: this.size, lagSeconds, ...this.#counts }
  }

  async #run(): Promise<void> {
    if (!this.#isHurried) await this.#rest(gatherMs)
    while (this.#waiting.size > 0 && !this.#isStopped) {
      this.#settle(await this.#append(this.#nextBatch()))
      await this.#breathe()
    }
    this.#running = undefined
  }

  #nextBatch(): E[] {
    const batch: E[] = []
    let bytes = 0
    for (const entry of this.#waiting.keys()) {
      if (batch.length === batchLimits.events || (batch.length > 0 && bytes + entry.bytes > batchLimits.bytes)) break
      batch.push(entry)
      bytes += entry.bytes
    }
    return batch
  }

  async #append(batch: readonly E[]): Promise<BatchOutcome<E>> {
    this.#askedAt = performance.now()
    try {
      return await appendBatch(this.#store, batch)
    } finally {
      this.#askedAt = undefined
    }
  }

  #settle({ recorded, refused, suspects, failure }: BatchOutcome<E>): void {
    for (const entry of recorded) this.withdraw(entry)
    this.#counts.recorded += recorded.length
    if (recorded.length > 0) this.#listener.recorded(recorded)
    // That others were taken is what speaks against them.
    const guilty = suspects.filter(({ entry }) => recorded.length > 0 && this.#strike(entry) >= maxStrikes)
    for (const refusal of [...refused, ...guilty]) {
      this.withdraw(refusal.entry)
      this.#counts.notRecorded++
      this.#listener.refused(refusal)
    }
    const cause = failure ?? suspects.find((suspect) => !guilty.includes(suspect))?.cause
    if (cause) this.#failed(cause)
    else this.#succeeded()
  }

  #strike(entry: E): number {
    const strikes = (this.#strikes.get(entry) ?? 0) + 1
    this.#strikes.set(entry, strikes)
    return strikes
  }

  #failed(cause: Error): void {
    this.#counts.failures++
    this.#failure = { cause, count: (this.#failure?.count ?? 0) + 1 }
    if (isEventBusError(cause, 'STORE_CLOSED')) this.#isStopped = true
    if (performance.now() - this.#loggedAt < logEveryMs) return
    this.#loggedAt = performance.now()
    const fields = { store: this.#store.name, waiting: this.size, err: cause }
    const next = this.#isStopped ? 'nothing more is recorded' : 'it is tried again'
    this.#logger.warn(fields, `The store '${this.#store.name}' does not record events; they wait, and ${next}`)
  }

  #succeeded(): void {
    if (!this.#failure) return
    this.#failure = undefined
    this.#loggedAt = -Infinity
    this.#logger.info({ store: this.#store.name }, `The store '${this.#store.name}' records events again`)
  }

  /** A store may do all its work in one turn of the event loop; others shall have theirs. */
  async #breathe(): Promise<void> {
    if (!this.#failure) return nextTurn()
    // A process with nothing else to do does not wait for a store that fails.
    await this.#rest(backoffMs(this.#failure.count, this.#isHurried ? hurriedRetry : retry), false)
  }

  async #rest(ms: number, keepsProcess = true): Promise<void> {
    if (this.#isStopped) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      if (!keepsProcess) timer.unref()
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** That the store has not answered for long. */
  #silence(): string | undefined {
    const silentMs = this.#askedAt === undefined ? 0 : performance.now() - this.#askedAt
    return silentMs < this.#slowMs ? undefined : `it has not answered for ${Math.round(silentMs / 1_000)} s.`
  }
}
