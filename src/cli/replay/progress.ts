import type { ReplayProgress } from '../../core/replay.ts'

const everyMs = 100
const barWidth = 24

/** The line that is written over and over while a replay runs. */
export function progressLine({ total, replayed, position }: ReplayProgress, elapsedMs: number): string {
  const share = total === 0 ? 1 : Math.min(1, replayed / total)
  const filled = Math.floor(share * barWidth)
  const bar = `[${'='.repeat(filled)}${' '.repeat(barWidth - filled)}]`
  const perSecond = (1_000 * replayed) / Math.max(1, elapsedMs)
  const left = perSecond === 0 ? '' : `, ${duration((total - replayed) / perSecond)} left`
  const counts = `${number(replayed)} of ${number(total)} events`
  return `${bar} ${Math.floor(100 * share)}% ${counts}, ${number(Math.round(perSecond))}/s, position ${position}${left}`
}

/** Shows how far a replay has come, where a person looks on. */
export class ReplayDisplay {
  readonly #stream: NodeJS.WriteStream
  readonly #timer: NodeJS.Timeout | undefined
  readonly #startedAt = performance.now()
  #latest: ReplayProgress | undefined

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream
    if (stream.isTTY) this.#timer = setInterval(() => this.#draw(), everyMs)
  }

  readonly onProgress = (progress: ReplayProgress): void => {
    this.#latest = progress
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedAt
  }

  /** Takes the line away. */
  end(): void {
    clearInterval(this.#timer)
    if (this.#timer) this.#stream.write('\r\u001b[K')
  }

  #draw(): void {
    if (!this.#latest) return
    this.#stream.write(`\r\u001b[K${progressLine(this.#latest, this.elapsedMs).slice(0, this.#stream.columns - 1)}`)
  }
}

export function number(value: number): string {
  return value.toLocaleString('en-US')
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  return whole < 3_600 ? `${Math.ceil(whole / 60)} min` : `${Math.ceil(whole / 3_600)} h`
}
