/** What was loaded by key, until an event says that it has changed. */
export class Cache<T> {
  readonly #load: (key: string) => Promise<T>
  readonly #entries = new Map<string, Promise<T>>()

  constructor(load: (key: string) => Promise<T>) {
    this.#load = load
  }

  has(key: string): boolean {
    return this.#entries.has(key)
  }

  /**
   * What is kept are promises, so that a `drop` while a load runs drops that load: it may have read what was there
   * before the change. Who asked before the drop still gets its result; who asks afterwards starts another load.
   */
  get(key: string): Promise<T> {
    const known = this.#entries.get(key)
    if (known) return known
    const loading = this.#load(key)
    this.#entries.set(key, loading)
    loading.catch(() => this.#dropIfStill(key, loading))
    return loading
  }

  drop(key: string): void {
    this.#entries.delete(key)
  }

  clear(): void {
    this.#entries.clear()
  }

  /** A load that failed is tried again by whoever asks next. */
  #dropIfStill(key: string, loading: Promise<T>): void {
    if (this.#entries.get(key) === loading) this.#entries.delete(key)
  }
}
