import {
  createSyncedCache,
  type EventBus,
  everything,
  type SyncedCache,
  type SyncedCacheStatistics,
} from '../../../src/index.ts'
import type { Random } from '../random.ts'
import type { World } from './world.ts'

/** One instance: its bus and its cache of the truth. */
export class Server {
  readonly instance: string
  readonly #world: World
  readonly #random: Random
  readonly #heard = new Set<string>()
  /** Of the processes that have ended. */
  readonly #before: SyncedCacheStatistics[] = []
  #bus: EventBus
  #cache: SyncedCache<string, number>

  constructor(instance: string, world: World, random: Random) {
    this.instance = instance
    this.#world = world
    this.#random = random
    this.#bus = world.join(instance)
    this.#cache = this.#listen()
  }

  get bus(): EventBus {
    return this.#bus
  }

  get cache(): SyncedCache<string, number> {
    return this.#cache
  }

  /** Whether it has heard of the event, and so of all that was published before it. */
  hasHeard(id: string): boolean {
    return this.#heard.has(id)
  }

  get statistics(): readonly SyncedCacheStatistics[] {
    return [...this.#before, this.#cache.statistics]
  }

  /** As a process that ends and is started again under the same name; `work` happens while it is away. */
  async restart(work: () => Promise<void>): Promise<void> {
    this.#before.push(this.#cache.statistics)
    await this.#bus.close({ timeoutMs: 200 })
    await work()
    this.#bus = this.#world.join(this.instance)
    this.#cache = this.#listen()
  }

  #listen(): SyncedCache<string, number> {
    const cache = createSyncedCache({
      bus: this.#bus,
      load: (key: string) => this.#load(key),
      invalidateOn: { 'row.changed': ({ subject }) => subject ?? everything, 'rows.#': () => everything },
    })
    this.#bus.subscribe('quiet', ({ id }) => void this.#heard.add(id))
    return cache
  }

  async #load(key: string): Promise<number> {
    const version = await this.#world.read(key)
    if (this.#random.integer(1, 30) === 1) throw new Error('the database is away')
    return version
  }
}
