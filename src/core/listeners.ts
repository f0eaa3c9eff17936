import { callBack } from './callback.ts'
import { EventBusError } from './errors.ts'
import type { Logger } from './logger.ts'
import { assertFunction } from './options.ts'

type Signatures<T> = { [K in keyof T]: (value: never) => unknown }

/** The listeners of a bus by name. One that throws is logged and hurts nobody else. */
export class Listeners<T extends Signatures<T>> {
  readonly #byName: ReadonlyMap<keyof T, Set<T[keyof T]>>
  readonly #logger: Logger

  constructor(names: readonly (keyof T)[], logger: Logger) {
    this.#byName = new Map(names.map((name) => [name, new Set()]))
    this.#logger = logger
  }

  /** Throws `OPTION_INVALID` for a name that it does not know: it would never be called. */
  add<K extends keyof T>(name: K, listener: T[K]): () => void {
    const listeners = this.#byName.get(name)
    if (!listeners) throw unknownName(String(name), [...this.#byName.keys()])
    assertFunction(listener, `on: the listener for '${String(name)}'`)
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  call<K extends keyof T>(name: K, value: Parameters<T[K]>[0]): void {
    for (const listener of this.#byName.get(name) ?? []) {
      const failed = (err: unknown): void =>
        this.#logger.error({ err, listener: name }, `A listener for '${String(name)}' threw`)
      callBack(() => listener(value as never), failed)
    }
  }
}

function unknownName(name: string, known: readonly PropertyKey[]): EventBusError {
  return new EventBusError('OPTION_INVALID', `on: '${name}' is never called; allowed: ${known.join(', ')}`)
}
