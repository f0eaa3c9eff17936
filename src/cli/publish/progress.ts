/** How far publishing a file has come. */
export interface Progress {
  readonly confirmed: number
  readonly failed: number
  readonly bytes: number
  /** The file's size; unknown for what comes through a pipe. */
  readonly totalBytes: number | undefined
  readonly elapsedMs: number
}

/** The line that is written over and over while it runs. */
export function progressLine(progress: Progress): string {
  const { bytes, totalBytes } = progress
  const done = totalBytes ? ` of ${mebibytes(totalBytes)} (${Math.floor((100 * bytes) / totalBytes)}%)` : ''
  return `${counts(progress)}, ${rate(progress)}, ${mebibytes(bytes)}${done}`
}

/** The last line. */
export function summaryLine(progress: Progress): string {
  return `${counts(progress)} in ${(progress.elapsedMs / 1_000).toFixed(1)} s (${rate(progress)})`
}

function counts({ confirmed, failed }: Progress): string {
  return `${number(confirmed)} confirmed, ${number(failed)} failed`
}

function rate({ confirmed, elapsedMs }: Progress): string {
  return `${number(Math.round((1_000 * confirmed) / Math.max(1, elapsedMs)))}/s`
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}

const everyMs = 100

/** Writes lines, and in a terminal a progress line that stays below them. */
export class ProgressDisplay {
  readonly #stream: NodeJS.WriteStream
  readonly #progress: () => Progress
  readonly #timer: NodeJS.Timeout | undefined

  constructor(stream: NodeJS.WriteStream, showsProgress: boolean, progress: () => Progress) {
    this.#stream = stream
    this.#progress = progress
    if (showsProgress) this.#timer = setInterval(() => this.#draw(), everyMs)
  }

  line(text: string): void {
    this.#stream.write(this.#timer ? `\r\u001b[K${text}\n` : `${text}\n`)
  }

  /** Takes the progress line away. */
  end(): void {
    clearInterval(this.#timer)
    if (this.#timer) this.#stream.write('\r\u001b[K')
  }

  #draw(): void {
    this.#stream.write(`\r\u001b[K${progressLine(this.#progress()).slice(0, this.#stream.columns - 1)}`)
  }
}
