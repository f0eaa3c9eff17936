import { constants } from 'node:os'

const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const

type Signal = (typeof signals)[number]

/** Tells a command that it was asked to end. The second signal ends the process at once. */
export class Interruption {
  readonly #controller = new AbortController()
  readonly #listener = (name: Signal): void => this.#received(name)
  #name: Signal | undefined

  constructor() {
    for (const name of signals) process.on(name, this.#listener)
  }

  /** Aborts at the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The signal's name, once it came. */
  get name(): Signal | undefined {
    return this.#name
  }

  /** What shells expect of a program that a signal has cut short; `fallback` if none has. */
  exitCode(fallback: number): number {
    return this.#name === undefined ? fallback : exitCodeOf(this.#name)
  }

  /** From here on signals do what they always do. */
  release(): void {
    for (const name of signals) process.off(name, this.#listener)
  }

  #received(name: Signal): void {
    if (this.#name !== undefined) process.exit(exitCodeOf(name))
    this.#name = name
    this.#controller.abort()
  }
}

function exitCodeOf(name: Signal): number {
  return 128 + constants.signals[name]
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
