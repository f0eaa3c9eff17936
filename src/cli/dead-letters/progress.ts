import type { DeadLetterProgress } from '../../core/dead-letters.ts'
import { count } from './list.ts'

const everyMs = 100

/** A line on a terminal that is written over and over while letters are worked on. */
export class LetterProgress {
  readonly #verb: string
  readonly #stream: NodeJS.WriteStream
  readonly #timer: NodeJS.Timeout | undefined
  #latest: DeadLetterProgress | undefined

  constructor(verb: string, stream: NodeJS.WriteStream = process.stderr) {
    this.#verb = verb
    this.#stream = stream
    if (stream.isTTY) this.#timer = setInterval(() => this.#draw(), everyMs)
  }

  readonly onProgress = (progress: DeadLetterProgress): void => {
    this.#latest = progress
  }

  /** Takes the line away. */
  end(): void {
    clearInterval(this.#timer)
    if (this.#timer) this.#stream.write('\r\u001b[K')
  }

  #draw(): void {
    if (!this.#latest) return
    const { looked, total, done, failed } = this.#latest
    const text = `${count(done)} ${this.#verb}, ${count(failed)} failed, looked at ${count(looked)} of ${count(total)}`
    this.#stream.write(`\r\u001b[K${text.slice(0, this.#stream.columns - 1)}`)
  }
}
