import { wantsColors } from '../output.ts'
import { prettyLine, type Shown } from './pretty.ts'

export type TailFormat = 'pretty' | 'ndjson'

/** Writes events to standard output until it has written enough, or nobody reads any more. */
export class Printer {
  readonly #format: TailFormat
  readonly #maxEvents: number | undefined
  readonly #onDone: () => void
  #written = 0
  #isDone = false

  constructor(format: TailFormat, maxEvents: number | undefined, onDone: () => void) {
    this.#format = format
    this.#maxEvents = maxEvents
    this.#onDone = onDone
    process.stdout.once('error', () => this.#finish())
  }

  /** Whether nothing more is to be written. */
  get isDone(): boolean {
    return this.#isDone
  }

  write(event: Shown, json: () => string): void {
    if (this.#isDone) return
    process.stdout.write(`${this.#format === 'pretty' ? this.#pretty(event) : json()}\n`)
    this.#written++
    if (this.#written === this.#maxEvents) this.#finish()
  }

  #finish(): void {
    this.#isDone = true
    this.#onDone()
  }

  #pretty(event: Shown): string {
    const { columns } = process.stdout
    return prettyLine(event, {
      columns,
      useColors: wantsColors(),
    })
  }
}
