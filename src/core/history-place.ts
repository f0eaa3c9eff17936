import { Checkpoint } from './checkpoint.ts'
import { CrashGuard } from './crash-guard.ts'
import { diedOver, unknownPosition } from './history-errors.ts'
import type { HistoryOptions } from './history-options.ts'
import { InFlight } from './in-flight.ts'

/** So many events may be done behind one that is not: they are what comes again after the process was killed. */
const mostAhead = 1_000

/** Finds where the reader begins: behind its checkpoint, or else at `from`. Rejects with `POSITION_UNKNOWN`. */
export async function findPlace(options: HistoryOptions): Promise<HistoryPlace> {
  const { store, from, logger, concurrency } = options
  const last = await store.lastPosition()
  const checkpoint = options.checkpoint === undefined ? undefined : new Checkpoint(options.checkpoint, store, logger)
  const kept = await checkpoint?.load()
  const settled = kept ?? (typeof from === 'number' ? from : await positionInFrontOf(from, last, options))
  if (settled > last) throw unknownPosition(settled, last)
  const maxAhead = Math.max(mostAhead, concurrency)
  const guard = checkpoint && new CrashGuard(options.crashes, store, maxAhead + concurrency)
  await guard?.begin(settled, last)
  if (guard?.isWary) warn(options, guard.deaths)
  return new HistoryPlace({ settled, last, isResumed: kept !== undefined, maxAhead, checkpoint, guard })
}

/** Of the first event of that time or a later one; `last` where there is none. */
async function positionInFrontOf(since: Date, last: number, { store }: HistoryOptions): Promise<number> {
  for await (const { position } of store.read({ since, limit: 1 })) return position - 1
  return last
}

function warn({ name, logger }: HistoryOptions, deaths: number): void {
  logger.warn({ subscription: name, deaths }, diedOver(name, deaths))
}

interface Origin {
  /** Everything up to this position is done already. */
  readonly settled: number
  /** The last position of the store. */
  readonly last: number
  /** Whether it goes on behind a checkpoint. */
  readonly isResumed: boolean
  /** So many events may be done behind one that is not. */
  readonly maxAhead: number
  readonly checkpoint: Checkpoint | undefined
  readonly guard: CrashGuard | undefined
}

/** Where a reader is in the store: what it has begun and what is done, and what of that is kept for the next process. */
export class HistoryPlace {
  readonly guard: CrashGuard | undefined
  readonly #origin: Origin
  readonly #positions: InFlight

  constructor(origin: Origin) {
    this.guard = origin.guard
    this.#origin = origin
    this.#positions = new InFlight(origin.settled)
    this.#keep()
  }

  /** Everything up to this position is done. */
  get settled(): number {
    return this.#positions.settled
  }

  /** The last position that was begun, or is known to need nothing. */
  get reached(): number {
    return this.#positions.reached
  }

  /** The last position of the store when the place was found. */
  get last(): number {
    return this.#origin.last
  }

  /** Whether all that was recorded then is done. */
  get isCaughtUp(): boolean {
    return this.settled >= this.last
  }

  /** Whether so much is done behind what is not that nothing more may be begun. */
  get isSpread(): boolean {
    return this.#positions.isSpread(this.#origin.maxAhead)
  }

  /** Whether an earlier process may have had it in hand. */
  mayRepeat(position: number): boolean {
    return this.#origin.isResumed && position <= this.last
  }

  begin(position: number): void {
    this.#positions.begin(position)
    this.guard?.took(position)
  }

  done(position: number): void {
    this.#positions.done(position)
    this.#keep()
  }

  /** There is nothing to do up to this position but what was begun. */
  pass(position: number): void {
    this.#positions.pass(position)
    this.#keep()
  }

  /** Saves what is done. */
  async flush(): Promise<void> {
    this.#keep()
    await this.#origin.checkpoint?.flush()
  }

  /** Saves for the last time. */
  async end(): Promise<void> {
    await this.#origin.checkpoint?.end()
  }

  #keep(): void {
    this.#origin.checkpoint?.keep(this.settled)
  }
}
