import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { isEventBusError, type MultiClusterBus, type PublishPolicy } from '../../src/index.ts'
import { TwoClusters } from '../support/two-clusters.ts'
import { waitFor } from '../support/wait-for.ts'

const url = inject('amqpUrl')
const lanes = 10
let clusters: TwoClusters

beforeEach(async () => {
  clusters = await TwoClusters.start(url)
  for (const cluster of [clusters.eu, clusters.us]) cluster.queue('group:work:a.*')
})

afterEach(() => clusters.end())

/** How often each event has come. */
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

/** Publishes until it is stopped, in some lanes side by side. */
function startPublishing(bus: MultiClusterBus): { confirmed: string[]; stop(): Promise<void> } {
  const confirmed: string[] = []
  let isRunning = true
  const lane = async (): Promise<void> => {
    while (isRunning) {
      const id = randomUUID()
      // What one cluster has is published: the other gets it later.
      await bus
        .publish({ id, type: 'a.b', data: {} }, { timeoutMs: 500 })
        .then(() => confirmed.push(id))
        .catch((error: unknown) => isEventBusError(error, 'PARTIALLY_PUBLISHED') && confirmed.push(id))
      await sleep(5)
    }
  }
  const running = Promise.all(Array.from({ length: lanes }, lane))
  const stop = async (): Promise<void> => {
    isRunning = false
    await running
  }
  return { confirmed, stop }
}

test.for<PublishPolicy>(['all', 'any', 'failover'])(
  'policy %s: each cluster goes away in turn under load, and comes back; nothing is lost',
  { timeout: 90_000 },
  async (publishPolicy) => {
    const quick = { publishPolicy, failoverAfterMs: 200, failbackAfterMs: 300 }
    const [publisher, ...receivers] = [clusters.bus(quick), clusters.bus(quick), clusters.bus(quick)] as const
    const shared = new Receipts()
    const each = receivers.map(() => new Receipts())
    await Promise.all(
      receivers.flatMap((bus, index) => [
        bus.subscribe('a.*', each[index]!.note).ready,
        bus.subscribe('a.*', shared.note, { group: 'work' }).ready,
      ]),
    )
    const { confirmed, stop } = startPublishing(publisher)
    const more = async (count: number): Promise<void> => {
      const goal = confirmed.length + count
      await waitFor(() => confirmed.length >= goal, { timeoutMs: 30_000 })
    }
    for (const cluster of [clusters.eu, clusters.us]) {
      await more(200)
      cluster.goAway()
      await more(50)
      cluster.return()
      await waitFor(() => publisher.cluster(cluster.name).status === 'open')
    }
    await more(200)
    await stop()
    const places = [shared, ...each]
    await waitFor(() => places.every((place) => place.lostOf(confirmed) === 0), { timeoutMs: 20_000 }).catch(() => {})
    const accounts = places.map((place) => ({
      confirmed: confirmed.length,
      lost: place.lostOf(confirmed),
      duplicates: place.duplicates,
    }))
    console.table(accounts)
    expect(accounts.map(({ lost }) => lost)).toEqual([0, 0, 0])
    // An instance knows what it had; of a group, another member may have what was in flight at a cut.
    expect(accounts.slice(1).map(({ duplicates }) => duplicates)).toEqual([0, 0])
    expect(shared.duplicates).toBeLessThanOrEqual(4 * lanes + 200)
  },
)
