import type { DiscardSettings } from './dead-letter-options.ts'
import type { DeadLetterInfo, DiscardReport, RedriveFailure, RedriveReport } from './dead-letters.ts'
import type { EventBusError } from './errors.ts'

/** One run over the dead letters: which of them it is for, and what has become of them. */
export class DeadLetterRun {
  readonly #settings: DiscardSettings
  readonly #total: number
  readonly #missing: Set<string>
  readonly #failures: RedriveFailure[] = []
  #looked = 0
  #chosen = 0
  #done = 0

  constructor(settings: DiscardSettings, total: number) {
    this.#settings = settings
    this.#total = total
    this.#missing = new Set(settings.matcher.ids)
  }

  /** Whether nothing is left to look for: all that was wanted by name was found. */
  get isComplete(): boolean {
    return this.#settings.matcher.ids !== undefined && this.#missing.size === 0
  }

  /** Whether the run is for this letter. */
  looksAt(letter: DeadLetterInfo): boolean {
    const isChosen = this.#settings.matcher.matches(letter)
    this.#looked++
    if (isChosen) this.#chosen++
    if (isChosen) this.#missing.delete(letter.id)
    this.#tell()
    return isChosen
  }

  done(): void {
    this.#done++
    this.#tell()
  }

  /** The letter stays. */
  failed({ id, queue }: DeadLetterInfo, { code, message }: EventBusError): void {
    this.#failures.push({ id, queue, code, message })
    this.#tell()
  }

  get redriveReport(): RedriveReport {
    return {
      redriven: this.#done,
      failures: this.#failures,
      left: this.#chosen - this.#done,
      missing: [...this.#missing],
    }
  }

  get discardReport(): DiscardReport {
    return { discarded: this.#done, missing: [...this.#missing] }
  }

  #tell(): void {
    this.#settings.onProgress({
      looked: this.#looked,
      total: Math.max(this.#total, this.#looked),
      done: this.#done,
      failed: this.#failures.length,
    })
  }
}
