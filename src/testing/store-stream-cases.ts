import type { BusEvent } from '../core/event.ts'
import type { EventStore } from '../core/event-store.ts'
import { isEventBusError } from '../core/errors.ts'
import { rejects, same } from './expect.ts'
import { storeCases, type StoreCase } from './store-case.ts'
import { idsOf, positionsOf, type StoreScene } from './store-scene.ts'

export const storeStreamCases: readonly StoreCase[] = storeCases('streams', {
  async "a stream is one subject's events, in order"(scene) {
    const store = scene.store()
    await store.append(scene.events(6, (index) => ({ subject: index % 2 ? 'app-1' : 'app-2' })))
    await store.append([scene.event()])
    const stream = await Array.fromAsync(store.stream('app-1'))
    same('ids', idsIn(stream), ['event-2', 'event-4', 'event-6'])
    const afterPosition = stream[0]?.position
    same('the rest', idsIn(await Array.fromAsync(store.stream('app-1', { afterPosition }))), ['event-4', 'event-6'])
    same('a subject without events', await Array.fromAsync(store.stream('app-3')), [])
  },

  async 'events are appended where the stream has the expected version: the position of its last event'(scene) {
    const [store, other] = [scene.store(), scene.store()]
    await store.append(scene.events(3))
    const first = await store.append(decision(scene, 2), { expectedVersion: 0 })
    await store.append(scene.events(3, () => ({ subject: 'app-2' })))
    const second = await other.append(decision(scene, 1), { expectedVersion: first[1]?.position })
    same(
      'whether they are new',
      [...first, ...second].map(({ isNew }) => isNew),
      [true, true, true],
    )
    same('positions', positionsOf(await Array.fromAsync(store.stream('app-1'))), positionsOf([...first, ...second]))
  },

  async 'where the stream has another version nothing is appended'(scene) {
    const [store, other] = [scene.store(), scene.store()]
    const [first] = await store.append(decision(scene, 1), { expectedVersion: 0 })
    await other.append(decision(scene, 1), { expectedVersion: first?.position })
    const before = await idsOf(store)
    for (const expectedVersion of [0, first?.position, (await store.lastPosition()) + 1]) {
      await rejects('append', store.append(decision(scene, 3), { expectedVersion }), 'VERSION_CONFLICT')
    }
    const elsewhere = [scene.event({ subject: 'app-2' })]
    await rejects('append', store.append(elsewhere, { expectedVersion: first?.position }), 'VERSION_CONFLICT')
    same('ids', await idsOf(store), before)
  },

  async 'of writers that expect the same version at the same time one wins'(scene) {
    const stores = [scene.store(), scene.store(), scene.store()]
    const writing = stores.flatMap((store) =>
      [1, 2].map(() => store.append(decision(scene, 2), { expectedVersion: 0 })),
    )
    const outcomes = await Promise.allSettled(writing)
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected')
    same(
      'codes of the others',
      lost.map(({ reason }) => (reason as { code?: unknown }).code),
      Array.from({ length: 5 }, () => 'VERSION_CONFLICT'),
    )
    same('events', await stores[0]?.count({ subject: 'app-1' }), 2)
  },

  async 'writers that decide anew after a conflict lose no decision'(scene) {
    const stores = [scene.store(), scene.store(), scene.store()]
    await Promise.all(stores.map((store) => addFive(scene, store)))
    const all = await Array.fromAsync(scene.store().stream('counter'))
    same(
      'counts',
      all.map(({ event }) => event.data),
      Array.from({ length: 15 }, (_, index) => index + 1),
    )
  },

  async 'the very same append again is no conflict'(scene) {
    const store = scene.store()
    const events = decision(scene, 2)
    const first = await store.append(events, { expectedVersion: 0 })
    await store.append(decision(scene, 1))
    const again = await scene.store().append(events, { expectedVersion: 0 })
    same(
      'answers',
      again,
      first.map(({ position }) => ({ position, isNew: false })),
    )
  },

  async 'a decision is recorded all or none, however large'(scene) {
    const store = scene.store()
    const data = 'x'.repeat(20_000)
    const large = decision(scene, 300).map((event) => ({ ...event, data }))
    await store.append([large[299] as BusEvent])
    await rejects('append', store.append(large, { expectedVersion: 0 }), 'VERSION_CONFLICT')
    same('events', await store.count(), 1)
    const version = await store.lastPosition()
    await store.append(large, { expectedVersion: version })
    same('events', await store.count(), 300)
  },

  async 'an expected version is for the events of one subject'(scene) {
    const store = scene.store()
    const expectedVersion = 0
    const [one, other] = [scene.event({ subject: 'a' }), scene.event({ subject: 'b' })]
    await rejects('two subjects', store.append([one, other], { expectedVersion }), 'OPTION_INVALID')
    await rejects('no subject', store.append([scene.event()], { expectedVersion }), 'OPTION_INVALID')
    await rejects('no event', store.append([], { expectedVersion }), 'OPTION_INVALID')
    await rejects('no version', store.append([one], { expectedVersion: -1 }), 'OPTION_INVALID')
    same('events', await store.count(), 0)
  },
})

function decision(scene: StoreScene, events: number): BusEvent[] {
  return scene.events(events, () => ({ subject: 'app-1' }))
}

function idsIn(stored: readonly { readonly event: BusEvent }[]): string[] {
  return stored.map(({ event }) => event.id)
}

/** Counts five further, each time from what the stream says. */
async function addFive(scene: StoreScene, store: EventStore): Promise<void> {
  for (let added = 0; added < 5;) if (await addOne(scene, store)) added++
}

async function addOne(scene: StoreScene, store: EventStore): Promise<boolean> {
  const last = (await Array.fromAsync(store.stream('counter'))).at(-1)
  const next = scene.event({ subject: 'counter', data: ((last?.event.data as number | undefined) ?? 0) + 1 })
  try {
    await store.append([next], { expectedVersion: last?.position ?? 0 })
    return true
  } catch (error) {
    if (isEventBusError(error, 'VERSION_CONFLICT')) return false
    throw error
  }
}
