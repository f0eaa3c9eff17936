import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { exitCodes, Failure, type Fault, isFaultOfEvent } from '../failure.ts'
import { eventsOf, splitLines } from '../lines.ts'
import { printable } from '../printable.ts'
import { publishEach, type Result } from '../publish-each.ts'
import { type Progress, ProgressDisplay, summaryLine } from './progress.ts'
import type { Sender } from './sender.ts'

export interface PublishFileOptions {
  /** `-` for standard input. */
  readonly file: string
  /** Whether the first bad line ends it. */
  readonly stopOnError: boolean
  readonly maxLineBytes: number
  readonly signal: AbortSignal
}

/** Publishes the events of an NDJSON file, tells of each line that failed, and answers the exit code. */
export async function publishFile(sender: Sender, options: PublishFileOptions): Promise<number> {
  const input = await open(options.file)
  const run = new Run(input, options.stopOnError)
  const stopReading = (): void => void input.stream.destroy()
  options.signal.addEventListener('abort', stopReading, { once: true })
  try {
    await publishEach(eventsOf(splitLines(input.stream, options.maxLineBytes)), {
      publish: (event) => sender.send(event),
      endsWith: (fault) => run.endsWith(fault),
      onResult: (result) => run.count(result),
      signal: options.signal,
    })
  } catch (error) {
    if (!options.signal.aborted) throw readFailed(options.file, error as Error)
  } finally {
    stopReading()
    run.end()
  }
  return run.isComplete ? exitCodes.done : exitCodes.failed
}

interface Input {
  readonly stream: Readable
  readonly totalBytes: number | undefined
  /** Whether a person types it, who would not want to be written over. */
  readonly isTyped: boolean
}

async function open(file: string): Promise<Input> {
  if (file === '-') {
    if (process.stdin.isTTY) process.stderr.write('event-bus: type events, one JSON object a line; Ctrl-D ends\n')
    return { stream: process.stdin, totalBytes: undefined, isTyped: process.stdin.isTTY }
  }
  try {
    const { size } = await stat(file)
    return { stream: createReadStream(file), totalBytes: size, isTyped: false }
  } catch (error) {
    throw readFailed(file, error as Error)
  }
}

function readFailed(file: string, cause: Error): Failure {
  return new Failure('FILE_UNREADABLE', `cannot read ${file}: ${cause.message}`, { cause })
}

/** Counts and tells what becomes of the lines. */
class Run {
  readonly #stopOnError: boolean
  readonly #display: ProgressDisplay
  readonly #totalBytes: number | undefined
  readonly #startedAt = performance.now()
  #confirmed = 0
  #failed = 0
  #bytes = 0
  #endedBy: Fault | undefined

  constructor({ totalBytes, isTyped }: Input, stopOnError: boolean) {
    this.#totalBytes = totalBytes
    this.#stopOnError = stopOnError
    this.#display = new ProgressDisplay(process.stderr, process.stderr.isTTY && !isTyped, () => this.#progress)
  }

  get isComplete(): boolean {
    return this.#failed === 0
  }

  /** When the server or broker fails, the lines after that would fail as well. */
  endsWith(fault: Fault): boolean {
    return this.#stopOnError || !isFaultOfEvent(fault)
  }

  count(result: Result): void {
    this.#bytes += result.item.bytes
    if (!('fault' in result)) {
      this.#confirmed++
      return
    }
    this.#failed++
    this.#tell(result.item.number, result.fault)
  }

  end(): void {
    this.#display.end()
    process.stderr.write(`event-bus: ${summaryLine(this.#progress)}\n`)
  }

  /** All that were in flight fail with the server: the first says it for them. */
  #tell(line: number, fault: Fault): void {
    const ends = this.endsWith(fault)
    if (ends && this.#endedBy?.code === fault.code) return
    if (ends) this.#endedBy ??= fault
    const message = printable(fault.message.replaceAll(/\s*\n\s*/g, ' '))
    this.#display.line(`event-bus: line ${line}: ${fault.code}: ${message}${ends ? '; stopped here' : ''}`)
  }

  get #progress(): Progress {
    const elapsedMs = performance.now() - this.#startedAt
    return {
      confirmed: this.#confirmed,
      failed: this.#failed,
      bytes: this.#bytes,
      totalBytes: this.#totalBytes,
      elapsedMs,
    }
  }
}
