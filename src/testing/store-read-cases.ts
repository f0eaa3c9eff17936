import { setImmediate as nextTurn } from 'node:timers/promises'
import type { EventStore } from '../core/event-store.ts'
import { rejects, same } from './expect.ts'
import { storeCases, type StoreCase } from './store-case.ts'
import { idsOf, isRising, positionsOf, readAll } from './store-scene.ts'

export const storeReadCases: readonly StoreCase[] = storeCases('reading', {
  async 'events are read in the order of their positions, or backward'(scene) {
    const store = scene.store()
    await store.append(scene.events(5))
    const ids = [1, 2, 3, 4, 5].map((number) => `event-${number}`)
    same('forward', await idsOf(store), ids)
    same('backward', await idsOf(store, { direction: 'backward' }), ids.toReversed())
  },

  async 'a limit gives the first so many, from either end'(scene) {
    const store = scene.store()
    await store.append(scene.events(1_500))
    same('forward', await idsOf(store, { limit: 2 }), ['event-1', 'event-2'])
    same('backward', await idsOf(store, { limit: 2, direction: 'backward' }), ['event-1500', 'event-1499'])
    same('more than a page', (await idsOf(store, { limit: 1_234 })).at(-1), 'event-1234')
    same('more than there are', (await idsOf(store, { limit: 5_000 })).length, 1_500)
  },

  async 'positions that bound a reading are left out of it'(scene) {
    const store = scene.store()
    const [, two, , , five] = positionsOf(await store.append(scene.events(6))) as [
      number,
      number,
      number,
      number,
      number,
    ]
    const between = { afterPosition: two, beforePosition: five }
    same('forward', await idsOf(store, between), ['event-3', 'event-4'])
    same('backward', await idsOf(store, { ...between, direction: 'backward' }), ['event-4', 'event-3'])
    same('from the start', await idsOf(store, { afterPosition: 0, limit: 1 }), ['event-1'])
    same('far end', (await idsOf(store, { beforePosition: 1_000_000 })).length, 6)
  },

  async 'a long reading gives every event once, in order, in pages that are not empty'(scene) {
    const store = scene.store()
    const types = ['app.installed', 'app.removed', 'user.added']
    await store.append(scene.events(3_000, (index) => ({ type: types[index % 3] as string })))
    for (const query of [{}, { pattern: 'app.installed' }, { pattern: 'app.*' }, { direction: 'backward' }] as const) {
      const pages = await Array.fromAsync(store.read(query).pages())
      const positions = positionsOf(pages.flat())
      const forward = 'direction' in query ? positions.toReversed() : positions
      same('empty pages', pages.filter(({ length }) => length === 0).length, 0)
      same('number of events', positions.length, await store.count('pattern' in query ? query : {}))
      same('whether the positions rise', isRising(forward), true)
      same('the same, one by one', positionsOf(await readAll(store, query)), positions)
    }
  },

  async 'a reading ends with what was recorded when it began'(scene) {
    const store = scene.store()
    // More than a page, and one that is fetched ahead.
    await store.append(scene.events(2_500))
    let read = 0
    for await (const _event of store.read()) {
      if (++read <= 20) await store.append([scene.event()])
    }
    same('events that were read', read, 2_500)
    same('events that are there', await store.count(), 2_520)
  },

  async 'a reader that comes back behind its last position misses nothing that others append meanwhile'(scene) {
    const [reader, ...writers] = [scene.store(), scene.store(), scene.store(), scene.store()]
    const rounds = 25
    const writing = Promise.all(writers.map((writer) => times(rounds, () => writer.append(scene.events(4)))))
    let isOver = false
    void writing.then(
      () => (isOver = true),
      () => (isOver = true),
    )
    const seen: number[] = []
    for (let hasEnded = false; !hasEnded;) {
      hasEnded = isOver
      for (const { position } of await readAll(reader, { afterPosition: seen.at(-1) ?? 0 })) seen.push(position)
      await nextTurn()
    }
    await writing
    same('events that were seen', seen, positionsOf(await readAll(reader)))
    same('events that are there', seen.length, writers.length * rounds * 4)
  },

  async 'the end is no unknown position, what lies behind it is'(scene) {
    const store = scene.store()
    same('at the start of an empty store', await idsOf(store, { afterPosition: 0 }), [])
    await rejects('behind the end', readAll(store, { afterPosition: 1 }), 'POSITION_UNKNOWN')
    await scene.store().append(scene.events(3))
    const last = await store.lastPosition()
    same('at the end', await idsOf(store, { afterPosition: last }), [])
    await rejects('behind the end', readAll(store, { afterPosition: last + 1 }), 'POSITION_UNKNOWN')
    await rejects('behind the end', readAll(store, { afterPosition: last + 1, pattern: 'x' }), 'POSITION_UNKNOWN')
  },

  async 'every iteration of a reading begins anew'(scene) {
    const store = scene.store()
    const reading = store.read()
    await store.append(scene.events(2))
    same('first', (await Array.fromAsync(reading)).length, 2)
    await store.append(scene.events(1))
    same('second', (await Array.fromAsync(reading)).length, 3)
  },

  async 'a reading that is left in the middle holds up nobody'(scene) {
    const store = scene.store()
    await store.append(scene.events(1_200))
    for (let round = 0; round < 30; round++) {
      for await (const { position } of store.read({ pattern: 'app.*' })) if (position > round) break
    }
    await store.append(scene.events(1))
    same('events', await store.count(), 1_201)
  },

  async 'readings at the same time do not disturb each other'(scene) {
    const store = scene.store()
    await store.append(scene.events(1_500, (index) => ({ type: index % 2 ? 'a.odd' : 'a.even' })))
    const counts = await Promise.all([
      lengthOf(store, 'a.odd'),
      lengthOf(store, 'a.*'),
      lengthOf(store, 'a.even'),
      lengthOf(store, '#'),
    ])
    same('events', counts, [750, 1_500, 750, 1_500])
  },
})

async function lengthOf(store: EventStore, pattern: string): Promise<number> {
  return (await readAll(store, { pattern })).length
}

async function times(count: number, work: () => Promise<unknown>): Promise<void> {
  for (let round = 0; round < count; round++) await work()
}
