import type { DeadLetterReason } from './dead-letters.ts'
import type { EventBusErrorCode } from './errors.ts'
import { Histogram } from './histogram.ts'
import type { EventTypeCounts, GapCounts, Measurements, RetryCounts } from './measurements.ts'
import type { Mutable } from './mutable.ts'
import type { RetryStep } from './retry.ts'
import type { Copy } from './transport.ts'
import { exactTime, turnTime } from './turn-time.ts'

/** Whoever publishes decides on the types; what counts them has an end. */
export const maxCountedTypes = 10_000

const confirmBoundsMs = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000]
const handlerBoundsMs = [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000]

/** There from the start: of a series that begins with 1, Prometheus does not see the rise. */
const alarming: readonly EventBusErrorCode[] = [
  'PUBLISH_BUFFER_FULL',
  'PUBLISH_TIMEOUT',
  'PUBLISH_UNCONFIRMED',
  'PUBLISH_REFUSED',
]

/** What the meter itself counts of the {@link Measurements}. */
export type MeterReading = Pick<
  Measurements,
  | 'eventTypes'
  | 'otherEventTypes'
  | 'publishErrors'
  | 'confirmDurations'
  | 'handlerDurations'
  | 'retries'
  | 'deadLetters'
  | 'gaps'
>

/** Counts what one bus does, in plain fields: every event pays for it. */
export class Meter {
  readonly #types = new Map<string, Mutable<EventTypeCounts>>()
  readonly #others = noCounts()
  readonly #publishErrors = new Map(alarming.map((code): [EventBusErrorCode, number] => [code, 0]))
  readonly #confirms = new Histogram(confirmBoundsMs)
  readonly #runs = new Histogram(handlerBoundsMs)
  readonly #retries: Mutable<RetryCounts> = { immediate: 0, delayed: 0 }
  readonly #deadLetters: Record<DeadLetterReason, number> = {
    'handlers-failed': 0,
    rejected: 0,
    'handlers-gone': 0,
    invalid: 0,
    undecodable: 0,
    'delivery-limit': 0,
  }
  readonly #gaps: Mutable<GapCounts> = { start: 0, loss: 0 }

  /** Answers when a publish begins, for `published`. */
  publishing(): number {
    return turnTime()
  }

  published(type: string, sinceMs: number): void {
    this.#countsOf(type).published++
    this.#confirms.observe(turnTime() - sinceMs)
  }

  publishFailed(code: EventBusErrorCode): void {
    this.#publishErrors.set(code, (this.#publishErrors.get(code) ?? 0) + 1)
  }

  /** At least one handler has run for a delivery. */
  consumed(type: string): void {
    this.#countsOf(type).consumed++
  }

  /** Answers when a run of a handler begins, for `ran`. */
  running(): number {
    return turnTime()
  }

  /** What a handler did until it first waited is not the time of the next one in this turn. */
  awaiting<T>(running: Promise<T>): Promise<T> {
    exactTime()
    return running
  }

  ran(sinceMs: number): void {
    this.#runs.observe(exactTime() - sinceMs)
  }

  /** A run of a handler has failed. */
  failed(type: string, next: RetryStep): void {
    this.#countsOf(type).handlerErrors++
    if (next.kind === 'now') this.#retries.immediate++
    if (next.kind === 'later') this.#retries.delayed++
  }

  gaveUp(copies: readonly Copy[]): void {
    for (const copy of copies) if (copy.kind === 'deadLetter') this.#deadLetters[copy.reason]++
  }

  missed(kind: keyof GapCounts): void {
    this.#gaps[kind]++
  }

  read(): MeterReading {
    return {
      eventTypes: new Map(Array.from(this.#types, ([type, counts]) => [type, { ...counts }])),
      otherEventTypes: { ...this.#others },
      publishErrors: new Map(this.#publishErrors),
      confirmDurations: this.#confirms.read(),
      handlerDurations: this.#runs.read(),
      retries: { ...this.#retries },
      deadLetters: { ...this.#deadLetters },
      gaps: { ...this.#gaps },
    }
  }

  #countsOf(type: string): Mutable<EventTypeCounts> {
    const known = this.#types.get(type)
    if (known) return known
    if (this.#types.size === maxCountedTypes) return this.#others
    const counts = noCounts()
    this.#types.set(type, counts)
    return counts
  }
}

function noCounts(): Mutable<EventTypeCounts> {
  return { published: 0, consumed: 0, handlerErrors: 0 }
}
