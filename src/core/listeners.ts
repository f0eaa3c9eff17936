import type { Logger } from './logger.ts'

type Signatures<T> = { [K in keyof T]: (value: never) => void }

/** The listeners of a bus by name. One that throws is logged and hurts nobody else. */
export class Listeners<T extends Signatures<T>> {
  readonly #byName = new Map<keyof T, Set<T[keyof T]>>()
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  add<K extends keyof T>(name: K, listener: T[K]): () => void {
    const listeners = this.#byName.get(name) ?? new Set()
    this.#byName.set(name, listeners)
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  call<K extends keyof T>(name: K, value: Parameters<T[K]>[0]): void {
    for (const listener of this.#byName.get(name) ?? []) {
      try {
        listener(value as never)
      } catch (err) {
        this.#logger.error({ err, listener: name }, `A listener for '${String(name)}' threw`)
      }
    }
  }
}
