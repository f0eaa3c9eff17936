import type { EventStore } from '../core/event-store.ts'
import { rejects, same } from './expect.ts'
import { storeCases, type StoreCase } from './store-case.ts'
import { readAll } from './store-scene.ts'

export const storeCheckpointCases: readonly StoreCase[] = storeCases('checkpoints', {
  async 'a checkpoint is what was saved last under its name'(scene) {
    const store = scene.store()
    same('without one', await store.checkpoint('billing'), undefined)
    await store.saveCheckpoint('billing', 7)
    await store.saveCheckpoint('größe', 0)
    await scene.store().saveCheckpoint('billing', 5)
    same('billing', await store.checkpoint('billing'), 5)
    same('the other', await scene.store().checkpoint('größe'), 0)
    same('a third', await store.checkpoint('Billing'), undefined)
  },

  async 'a checkpoint has a name and a position'(scene) {
    const store = scene.store()
    await rejects('no name', store.saveCheckpoint('', 1), 'OPTION_INVALID')
    await rejects('no name', store.checkpoint(''), 'OPTION_INVALID')
    for (const position of [-1, 0.5, Number.NaN])
      await rejects(`position ${position}`, store.saveCheckpoint('billing', position), 'OPTION_INVALID')
    same('checkpoint', await store.checkpoint('billing'), undefined)
  },
})

export const storeCloseCases: readonly StoreCase[] = storeCases('closing', {
  async 'a closed store says so, whatever is asked of it'(scene) {
    const store = scene.store()
    await store.append(scene.events(2))
    await store.close()
    await store.close()
    for (const [what, work] of Object.entries(everyVerb(store))) await rejects(what, work(), 'STORE_CLOSED')
    same('events for others', await scene.store().count(), 2)
  },

  async 'closing waits for what is being recorded'(scene) {
    const store = scene.store()
    const appending = [store.append(scene.events(700)), store.append(scene.events(3))]
    await store.close()
    const appended = await Promise.all(appending)
    same('events', await scene.store().count(), appended.flat().length)
  },

  async 'closing ends a reading that is in the middle'(scene) {
    const store = scene.store()
    await store.append(scene.events(3_000))
    let read = 0
    const reading = (async () => {
      for await (const page of store.read().pages()) {
        read += page.length
        await store.close()
      }
    })()
    await rejects('reading', reading, 'STORE_CLOSED')
    same('whether it had begun', read > 0 && read < 3_000, true)
  },
})

function everyVerb(store: EventStore): Record<string, () => Promise<unknown>> {
  const event = { id: 'late', type: 'a.late', source: 'contract', time: new Date(0).toISOString(), data: {} }
  return {
    append: () => store.append([event]),
    'append of nothing': () => store.append([]),
    read: () => readAll(store),
    stream: () => Array.fromAsync(store.stream('app-1')),
    count: () => store.count(),
    lastPosition: () => store.lastPosition(),
    types: () => store.types(),
    checkpoint: () => store.checkpoint('billing'),
    saveCheckpoint: () => store.saveCheckpoint('billing', 1),
    prune: () => store.prune({ keep: 0 }),
    redact: () => store.redact('event-1'),
    audit: () => store.audit(),
  }
}
