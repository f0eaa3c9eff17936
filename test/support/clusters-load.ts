import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { isEventBusError, type MultiClusterBus, type MultiClusterBusOptions } from '../../src/index.ts'
import type { TestClusters } from './test-clusters.ts'
import { waitFor } from './wait-for.ts'

/** How many publishes are in flight at a time. */
const lanes = 10

/** How often each event has come to one place. */
class Receipts {
  readonly #times = new Map<string, number>()
  readonly note = ({ id }: { id: string }): void => void this.#times.set(id, (this.#times.get(id) ?? 0) + 1)

  lostOf(confirmed: readonly string[]): number {
    return confirmed.filter((id) => !this.#times.has(id)).length
  }

  get duplicates(): number {
    return Array.from(this.#times.values()).reduce((sum, times) => sum + times - 1, 0)
  }
}

/** A publisher under load and two instances that share a group, all on several clusters, and their books. */
export class ClustersLoad {
  readonly publisher: MultiClusterBus
  readonly confirmed: string[] = []
  readonly #group = new Receipts()
  readonly #instances: readonly Receipts[] = [new Receipts(), new Receipts()]
  /** Of publishes that no cluster has confirmed. */
  readonly #rejected = new Map<string, number>()
  #isRunning = true
  #run: Promise<unknown> = Promise.resolve()

  private constructor(publisher: MultiClusterBus) {
    this.publisher = publisher
  }

  static async start(
    clusters: TestClusters,
    options: Partial<Omit<MultiClusterBusOptions<never>, 'events' | 'clusters'>>,
  ): Promise<ClustersLoad> {
    clusters.removeLater('group:work:a.*')
    const load = new ClustersLoad(clusters.bus(options))
    const subscriptions = load.#instances.flatMap((instance) => {
      const bus = clusters.bus(options)
      return [bus.subscribe('a.*', instance.note), bus.subscribe('a.*', load.#group.note, { group: 'work' })]
    })
    await Promise.all(subscriptions.map(({ ready }) => ready))
    load.#run = Promise.all(Array.from({ length: lanes }, () => load.#lane()))
    return load
  }

  /** Resolves when so many more events are confirmed by one cluster or more. */
  async more(count: number): Promise<void> {
    const goal = this.confirmed.length + count
    const rejected = (): string => JSON.stringify([...this.#rejected])
    await waitFor(() => this.confirmed.length >= goal, { timeoutMs: 60_000, message: `${goal} confirmed` }).catch(
      (error: Error) => {
        throw new Error(`${error.message}; rejected: ${rejected()}`, { cause: error })
      },
    )
  }

  /** Ends the load. All that was confirmed is to arrive everywhere, at each instance once. Answers the group's duplicates. */
  async settle(): Promise<number> {
    this.#isRunning = false
    await this.#run
    const places = [this.#group, ...this.#instances]
    const lost = (): number => places.reduce((sum, place) => sum + place.lostOf(this.confirmed), 0)
    await waitFor(() => lost() === 0, { timeoutMs: 60_000 }).catch(() => {})
    const names = ['group', 'instance 1', 'instance 2']
    const rows = places.map((place, index) => [
      names[index],
      { confirmed: this.confirmed.length, lost: place.lostOf(this.confirmed), duplicates: place.duplicates },
    ])
    console.table(Object.fromEntries(rows))
    expect(lost()).toBe(0)
    expect(this.#instances.map(({ duplicates }) => duplicates)).toEqual([0, 0])
    return this.#group.duplicates
  }

  async #lane(): Promise<void> {
    while (this.#isRunning) {
      await this.#publish()
      await sleep(5)
    }
  }

  /** What one cluster has is published: the others get it later. */
  async #publish(): Promise<void> {
    const id = randomUUID()
    try {
      await this.publisher.publish({ id, type: 'a.b', data: {} }, { timeoutMs: 500 })
      this.confirmed.push(id)
    } catch (error) {
      if (isEventBusError(error, 'PARTIALLY_PUBLISHED')) this.confirmed.push(id)
      else this.#rejected.set(String(error), (this.#rejected.get(String(error)) ?? 0) + 1)
    }
  }
}
