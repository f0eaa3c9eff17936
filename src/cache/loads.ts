import { EventBusError } from '../core/errors.ts'
import { neverUnhandled, unlessAborted } from '../core/settled.ts'

/** What names a value. */
export type CacheKey = string | number

/** Reads the value of a key. `signal` aborts when the load has taken too long: nobody waits for it any more. */
export type Load<K extends CacheKey, V> = (key: K, options: { readonly signal: AbortSignal }) => Promise<V> | V

export interface LoadsOptions<K extends CacheKey, V> {
  readonly load: Load<K, V>
  readonly timeoutMs: number
  /** A value was loaded, and nothing has made it stale meanwhile. */
  readonly onLoaded: (key: K, value: V, startedMs: number) => void
}

/** The loads that run. Who asks for a key while it is loaded joins that load, unless it may have read what is stale. */
export class Loads<K extends CacheKey, V> {
  readonly #options: LoadsOptions<K, V>
  /** By key, the load that may still be joined. */
  readonly #running = new Map<K, Promise<V>>()
  /** How many were begun. */
  begun = 0
  failed = 0
  /** How many brought a value that was stale by then: it went to who had asked before, and was not kept. */
  stale = 0

  constructor(options: LoadsOptions<K, V>) {
    this.#options = options
  }

  join(key: K): Promise<V> {
    return this.#running.get(key) ?? this.#begin(key)
  }

  /** What the load of the key has read may be stale: nobody joins it any more, and its value is not kept. */
  forget(key: K): void {
    this.#running.delete(key)
  }

  forgetAll(): void {
    this.#running.clear()
  }

  #begin(key: K): Promise<V> {
    this.begun++
    const startedMs = performance.now()
    const loading = neverUnhandled(this.#limited(key))
    this.#running.set(key, loading)
    // Before whoever asked goes on: what is loaded is kept by then.
    const loaded = (value: V): void => {
      if (this.#end(key, loading)) this.#options.onLoaded(key, value, startedMs)
      else this.stale++
    }
    const failed = (): void => {
      this.failed++
      this.#end(key, loading)
    }
    void loading.then(loaded, failed)
    return loading
  }

  /** Whether it is still the load of its key. */
  #end(key: K, loading: Promise<V>): boolean {
    return this.#running.get(key) === loading && this.#running.delete(key)
  }

  async #limited(key: K): Promise<V> {
    const { timeoutMs } = this.#options
    const limit = new AbortController()
    const expire = (): void => limit.abort(tooLate(key, timeoutMs))
    const timer = setTimeout(expire, timeoutMs).unref()
    try {
      return await unlessAborted(this.#load(key, limit.signal), limit.signal)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Asynchronous, so that a function that throws rejects. */
  async #load(key: K, signal: AbortSignal): Promise<V> {
    return this.#options.load(key, { signal })
  }
}

function tooLate(key: CacheKey, timeoutMs: number): EventBusError {
  return new EventBusError('LOAD_TIMEOUT', `The load of '${key}' took longer than ${timeoutMs} ms (loadTimeoutMs)`)
}
