import { asError } from './errors.ts'
import type { EventQuery, EventStore, StoredEvent } from './event-store.ts'
import { InFlight } from './in-flight.ts'
import { Limiter } from './limiter.ts'
import { Pace } from './pace.ts'
import { type ReplayProgress, type ReplayReport, ReplayStopped } from './replay.ts'
import type { ReplaySettings } from './replay-options.ts'

/** How a replay tells those who work for it to come to an end. */
export interface ReplaySignals {
  /** No more is started. */
  readonly stop: AbortSignal
  /** What is under way is not waited for any longer. */
  readonly giveUp: AbortSignal
}

/** What one replay does with each event. */
export interface ReplayAct {
  /** Answers whether the event is done for good; false, where it was given up. Rejects with what stops the replay. */
  act(stored: StoredEvent, signals: ReplaySignals): Promise<boolean>
  /** How many events may be under way at a time. */
  readonly window: number
}

interface Failure {
  readonly cause: Error
  /** The event that could not be replayed. */
  readonly stored: StoredEvent | undefined
}

/** How long what is under way is waited for when a replay is ended. */
const graceMs = 5_000

/** One replay: reads its part of the history in order, and keeps account of what is done. */
export class ReplayRun {
  readonly #settings: ReplaySettings
  readonly #store: EventStore
  readonly #act: ReplayAct
  readonly #query: EventQuery & { readonly afterPosition: number; readonly beforePosition: number }
  /** By the replay that this one goes on with. */
  readonly #doneBefore: ReadonlySet<number>
  readonly #inFlight: InFlight
  readonly #limiter: Limiter
  readonly #running = new Set<Promise<void>>()
  readonly #stop = new AbortController()
  readonly #giveUp = new AbortController()
  #failure: Failure | undefined
  #total = 0
  #replayed = 0
  #skipped = 0

  /** `last` is the last position that the store has. */
  constructor(settings: ReplaySettings, store: EventStore, act: ReplayAct, last: number) {
    const { query, resumeFrom } = settings
    this.#settings = settings
    this.#store = store
    this.#act = act
    this.#query = {
      ...query,
      afterPosition: Math.max(query.afterPosition ?? 0, resumeFrom?.position ?? 0),
      beforePosition: Math.min(query.beforePosition ?? Infinity, (resumeFrom?.end ?? last) + 1),
    }
    this.#doneBefore = new Set(resumeFrom?.ahead)
    this.#inFlight = new InFlight(this.#query.afterPosition)
    this.#limiter = new Limiter(act.window)
  }

  /** Ends it: nothing is started any more. */
  fail(cause: Error, stored?: StoredEvent): void {
    this.#failure ??= { cause, stored }
    this.#stop.abort()
  }

  /** Waits no longer for what is under way. */
  giveUp(): void {
    this.#giveUp.abort()
  }

  async run(): Promise<ReplayReport> {
    const { signal, dryRun } = this.#settings
    if (this.#isEmpty) return this.#report(true)
    this.#total = (await this.#store.count(this.#query)) - this.#doneWithin
    if (dryRun) return this.#report(false)
    const stop = (): void => this.#stop.abort()
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted) stop()
    await this.#walk().catch((error: unknown) => this.fail(asError(error)))
    await this.#settle()
    signal?.removeEventListener('abort', stop)
    if (this.#failure) throw stopped(this.#failure, this.#report(false))
    return this.#report(!this.#stop.signal.aborted)
  }

  /** Whether it goes on where there is nothing left. */
  get #isEmpty(): boolean {
    const { afterPosition, beforePosition } = this.#query
    return this.#settings.resumeFrom !== undefined && afterPosition + 1 >= beforePosition
  }

  get #doneWithin(): number {
    const { afterPosition, beforePosition } = this.#query
    return [...this.#doneBefore].filter((position) => position > afterPosition && position < beforePosition).length
  }

  async #walk(): Promise<void> {
    const pace = new Pace(this.#settings.ratePerSecond)
    for await (const page of this.#store.read(this.#query).pages()) {
      for (const stored of page) {
        if (!this.#isWanted(stored)) continue
        await this.#limiter.enter()
        await pace.turn(this.#stop.signal)
        if (this.#stop.signal.aborted) return
        this.#start(stored)
      }
    }
  }

  #isWanted({ position, event }: StoredEvent): boolean {
    const { target } = this.#settings
    if (this.#doneBefore.has(position)) {
      this.#inFlight.begin(position)
      this.#inFlight.done(position)
      return false
    }
    if (target.kind === 'handler' || target.wants(event.type)) return true
    this.#inFlight.pass(position)
    this.#skipped++
    this.#tell()
    return false
  }

  #start(stored: StoredEvent): void {
    this.#inFlight.begin(stored.position)
    const running = this.#carryOut(stored).finally(() => {
      this.#running.delete(running)
      this.#limiter.leave()
    })
    this.#running.add(running)
  }

  async #carryOut(stored: StoredEvent): Promise<void> {
    try {
      if (!(await this.#act.act(stored, { stop: this.#stop.signal, giveUp: this.#giveUp.signal }))) return
      this.#inFlight.done(stored.position)
      this.#replayed++
      this.#tell()
    } catch (error) {
      this.fail(asError(error), stored)
    }
  }

  /** Waits for what is under way: for as long as it takes, or for a while where the replay was ended. */
  async #settle(): Promise<void> {
    const { signal } = this.#stop
    let timer: NodeJS.Timeout | undefined
    const hurry = (): void => void (timer = setTimeout(() => this.giveUp(), graceMs))
    if (signal.aborted) hurry()
    else signal.addEventListener('abort', hurry, { once: true })
    await Promise.all(this.#running)
    signal.removeEventListener('abort', hurry)
    clearTimeout(timer)
  }

  #tell(): void {
    this.#settings.onProgress?.(this.#progress(this.#inFlight.settled))
  }

  #progress(position: number): ReplayProgress {
    return { total: this.#total, replayed: this.#replayed, skipped: this.#skipped, position }
  }

  #report(isComplete: boolean): ReplayReport {
    const { afterPosition, beforePosition } = this.#query
    const end = Math.max(afterPosition, beforePosition - 1)
    if (isComplete) return { ...this.#progress(end), ahead: [], end, isComplete }
    const { reached, ahead, settled } = this.#inFlight
    const notReached = [...this.#doneBefore].filter((position) => position > reached)
    return { ...this.#progress(settled), ahead: [...ahead, ...notReached], end, isComplete }
  }
}

function stopped({ cause, stored }: Failure, report: ReplayReport): ReplayStopped {
  const { replayed, total, position } = report
  const where = stored ? ` at position ${stored.position} (event '${stored.event.id}', ${stored.event.type})` : ''
  const done = `${replayed} of ${total} events were replayed`
  const skip = stored ? `; { ...report, position: ${stored.position} } leaves the event out` : ''
  const message = `The replay stopped${where}; ${done}: ${cause.message}. To go on behind position ${position}, give the error's report as 'resumeFrom'${skip}`
  const error = new ReplayStopped(message, report, cause)
  return stored ? error.about(stored.event) : error
}
