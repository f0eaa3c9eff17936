/** Ends one stream: when the command ends, or when the server has been silent for too long. */
export class StreamEnd {
  readonly #controller = new AbortController()
  readonly #command: AbortSignal
  readonly #follow = (): void => this.#controller.abort()
  #timer: NodeJS.Timeout | undefined
  #bySilence = false

  constructor(command: AbortSignal) {
    this.#command = command
    command.addEventListener('abort', this.#follow)
    if (command.aborted) this.#follow()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get bySilence(): boolean {
    return this.#bySilence
  }

  /** Counts anew. */
  unlessSignWithin(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#bySilence = true
      this.#controller.abort()
    }, ms)
  }

  release(): void {
    clearTimeout(this.#timer)
    this.#command.removeEventListener('abort', this.#follow)
  }
}
