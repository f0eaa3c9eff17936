import type { SubscriptionStatus } from './api.ts'
import type { CrashGuard } from './crash-guard.ts'
import { asError, EventBusError, type EventBusErrorCode, isEventBusError } from './errors.ts'
import type { StoredEvent } from './event-store.ts'
import { GrowingRest } from './growing-rest.ts'
import { type HealthCheck, healthCheck } from './health.ts'
import { notRecorded, unknownPosition } from './history-errors.ts'
import type { HistoryHome, HistoryOptions } from './history-options.ts'
import { findPlace, type HistoryPlace } from './history-place.ts'
import { RecordingWatch } from './recording-watch.ts'
import { neverUnhandled } from './settled.ts'

type State =
  | { readonly name: 'starting' }
  | { readonly name: 'reading' }
  /** It tries again. */
  | { readonly name: 'troubled'; readonly cause: Error }
  | { readonly name: 'failed'; readonly cause: Error }
  | { readonly name: 'stopped' }

const pageSize = 100
/** Between two looks into the store: at first, and at the longest. */
const rest = { minMs: 5, maxMs: 1_000 }
/** Trying again does not help. */
const permanent: readonly EventBusErrorCode[] = ['POSITION_UNKNOWN', 'STORE_CLOSED', 'OPTION_INVALID']

/**
 * Reads the store for one subscription, from its place on and for ever, in the order of positions. It has no seam between
 * history and now: what arrives over the transport only tells it to look into the store again.
 */
export class HistoryReader {
  /** Resolves when it knows its place: all that is recorded from now on will be handled. */
  readonly started: Promise<void>
  /** Resolves when all that was recorded when it started is handled. */
  readonly caughtUp: Promise<void>
  /** Resolves when it was stopped, its handlers have finished, and its place is saved. */
  readonly ended: Promise<void>
  readonly #options: HistoryOptions
  readonly #watch: RecordingWatch
  readonly #started = Promise.withResolvers<void>()
  readonly #caughtUp = Promise.withResolvers<void>()
  readonly #stopped = Promise.withResolvers<void>()
  readonly #ended = Promise.withResolvers<void>()
  #state: State = { name: 'starting' }
  #place: HistoryPlace | undefined
  /** The last position that it has seen the store to have. */
  #last = 0
  /** How many events have arrived since: it looks again only when its handlers have taken what it has. */
  #heard = 0
  #running = 0
  #whenChanged: (() => void) | undefined
  readonly #rests = new GrowingRest(rest.minMs, rest.maxMs)

  constructor(options: HistoryOptions) {
    this.#options = options
    this.#watch = new RecordingWatch(options.store, options.recordingLimitMs)
    this.started = neverUnhandled(this.#started.promise)
    this.caughtUp = neverUnhandled(this.#caughtUp.promise)
    this.ended = this.#ended.promise
  }

  get name(): string {
    return this.#options.name
  }

  get checkpoint(): string | undefined {
    return this.#options.checkpoint
  }

  get isStopped(): boolean {
    return this.#state.name === 'stopped'
  }

  get status(): SubscriptionStatus {
    if (this.#state.name === 'reading') return 'ready'
    return this.#state.name === 'failed' ? 'failed' : 'waiting'
  }

  /** About how many events of the store are not done yet; `undefined` before it knows its place. */
  get behind(): number | undefined {
    return this.#place && Math.max(0, this.#last - this.#place.settled) + this.#heard
  }

  /** Starts to read as soon as its home is open. */
  start(home: HistoryHome): void {
    void this.#run(home)
  }

  /** Something has arrived: it is recorded already, or about to be. */
  heard({ id }: { readonly id: string }): void {
    this.#watch.heard(id)
    this.#heard++
    this.look()
  }

  /** There may be something to read. */
  look(): void {
    this.#rests.wake()
  }

  /** Starts no more handlers. */
  stop(): void {
    this.#enter({ name: 'stopped' })
    this.#stopped.resolve()
    const message = `The subscription '${this.#options.name}' was ended before it had caught up`
    this.#caughtUp.reject(new EventBusError('SUBSCRIPTION_ENDED', message))
    this.#rests.end()
    this.#changed()
  }

  /** Saves its place. */
  async flush(): Promise<void> {
    await this.#place?.flush()
  }

  check(): HealthCheck {
    const { missing } = this.#watch
    const at = this.#place?.settled
    if ('cause' in this.#state) return healthCheck('fail', at, this.#state.cause.message)
    if (missing !== undefined) return healthCheck('fail', at, notRecorded(missing))
    return this.#state.name === 'reading' ? healthCheck('pass', at) : healthCheck('fail', at, 'It has not started yet.')
  }

  get #isOver(): boolean {
    return this.#state.name === 'stopped' || this.#state.name === 'failed'
  }

  async #run(home: HistoryHome): Promise<void> {
    while (!this.#isOver) {
      try {
        if (home.isOpen() && (await this.#readOn(home))) this.#rests.wake()
        else await this.#rest()
      } catch (error) {
        await this.#troubled(asError(error))
      }
    }
    await this.#stopped.promise
    // What runs may not end in time.
    await this.flush()
    // What cannot be saved counts as a death.
    await this.#place?.guard?.end().catch(() => {})
    while (this.#running > 0) await this.#change()
    await this.#place?.end()
    this.#ended.resolve()
  }

  /** Answers whether there was something to read. */
  async #readOn(home: HistoryHome): Promise<boolean> {
    const place = this.#place ?? (await this.#begin())
    const { store, patterns } = this.#options
    await place.guard?.review(place.settled)
    const last = await store.lastPosition()
    if (last < place.reached) throw unknownPosition(place.reached, last)
    this.#last = last
    this.#heard = 0
    this.#enter({ name: 'reading' })
    this.#started.resolve()
    await this.#watch.check()
    if (last === place.reached) return false
    const range = { afterPosition: place.reached, beforePosition: last + 1 }
    const page = await Array.fromAsync(store.read({ pattern: patterns, ...range, limit: pageSize }))
    for (const stored of page) if (!(await this.#take(stored, place, home))) return true
    if (page.length < pageSize) place.pass(last)
    this.#progressed(place)
    return true
  }

  async #begin(): Promise<HistoryPlace> {
    const place = await findPlace(this.#options)
    this.#place = place
    this.#last = place.last
    this.#progressed(place)
    return place
  }

  /** Answers whether it goes on. */
  async #take(stored: StoredEvent, place: HistoryPlace, home: HistoryHome): Promise<boolean> {
    this.#watch.read(stored.event.id)
    const suspicious = place.guard?.isWary ? place.guard : undefined
    const concurrency = suspicious ? 1 : this.#options.concurrency
    while (!this.#isOver && (this.#running >= concurrency || place.isSpread)) await this.#change()
    if (this.#isOver) return false
    if (suspicious) return this.#takeAlone(stored, place, home, suspicious)
    void this.#handle(stored.position, place, () => home.deliver(stored, place.mayRepeat(stored.position)))
    return true
  }

  /** What may have ended the process runs alone, and is counted before. */
  #takeAlone(stored: StoredEvent, place: HistoryPlace, home: HistoryHome, guard: CrashGuard): Promise<boolean> {
    const { position } = stored
    const work = async (): Promise<boolean> => {
      if (this.#isOver) return false
      await this.flush()
      const deaths = guard.deathsOf(position)
      const isGuilty = guard.isGuilty(position)
      if (!isGuilty) await guard.accuse(position)
      await this.#handle(position, place, () =>
        isGuilty ? home.giveUp(stored, deaths) : home.deliver(stored, place.mayRepeat(position)),
      )
      return true
    }
    return this.#options.quarantine.run(work, 0)
  }

  async #handle(position: number, place: HistoryPlace, work: () => Promise<boolean>): Promise<void> {
    place.begin(position)
    this.#running++
    try {
      if (await work()) place.done(position)
    } catch (error) {
      this.#fail(asError(error))
    } finally {
      this.#running--
      this.#progressed(place)
    }
  }

  #progressed(place: HistoryPlace): void {
    if (place.isCaughtUp) this.#caughtUp.resolve()
    this.#changed()
  }

  async #troubled(cause: Error): Promise<void> {
    if (permanent.some((code) => isEventBusError(cause, code))) return this.#fail(cause)
    const { name, logger } = this.#options
    if (this.#state.name !== 'troubled') {
      logger.error(
        { subscription: name, err: cause },
        `'${name}' cannot read the store, trying again: ${cause.message}`,
      )
    }
    this.#enter({ name: 'troubled', cause })
    this.#rests.tire()
    await this.#rest()
  }

  #fail(cause: Error): void {
    if (this.#isOver) return
    const { name, logger } = this.#options
    logger.error({ subscription: name, err: cause }, `'${name}' has stopped: ${cause.message}`)
    this.#enter({ name: 'failed', cause })
    this.#started.reject(cause)
    this.#caughtUp.reject(cause)
  }

  /** Rests for longer and longer, until something arrives. While that is expected, the process does not end. */
  async #rest(): Promise<void> {
    if (!this.#isOver) await this.#rests.take()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => (this.#whenChanged = resolve))
  }

  #changed(): void {
    this.#whenChanged?.()
  }

  /** The only assignment to #state. */
  #enter(next: State): void {
    if (!this.#isOver || next.name === 'stopped') this.#state = next
  }
}
