import type { BusEvent } from '../core/event.ts'
import { rejects, same } from './expect.ts'
import { storeCases, type StoreCase } from './store-case.ts'
import { appendOne, idsOf, isRising, positionsOf, readAll } from './store-scene.ts'

export const storeAppendCases: readonly StoreCase[] = storeCases('append', {
  async 'an append answers the position of each event, rising in the order given'(scene) {
    const store = scene.store()
    const first = await store.append(scene.events(3))
    const second = await store.append(scene.events(2))
    const positions = positionsOf([...first, ...second])
    same('number of answers', positions.length, 5)
    same(`whether the positions ${positions.join()} rise from 1`, isRising([0, ...positions]), true)
    same(
      'whether they are new',
      [...first, ...second].every(({ isNew }) => isNew),
      true,
    )
    same('positions that are read', positionsOf(await readAll(store)), positions)
  },

  async 'an event that is there already, by its id, is not recorded again'(scene) {
    const store = scene.store()
    const [one, two, three] = scene.events(3) as [BusEvent, BusEvent, BusEvent]
    const [first] = await store.append([one, two])
    const again = await store.append([{ ...one, data: 'changed' }, three])
    same('answer for what was there', again[0], { position: first?.position, isNew: false })
    same('whether the other is new', again[1]?.isNew, true)
    same('ids', await idsOf(store), [one.id, two.id, three.id])
    same('data', (await readAll(store, { limit: 1 }))[0]?.event.data, one.data)
  },

  async 'an id that stands twice in one append is recorded once'(scene) {
    const store = scene.store()
    const event = scene.event()
    const [first, second] = await store.append([event, event])
    same('answers', [first?.isNew, second], [true, { position: first?.position, isNew: false }])
    same('ids', await idsOf(store), [event.id])
  },

  async 'an append of nothing answers nothing'(scene) {
    same('answer', await scene.store().append([]), [])
  },

  async 'more events than a batch takes are recorded in order, and each is answered'(scene) {
    const store = scene.store()
    const events = scene.events(2_500)
    const appended = await store.append(events)
    same('number of answers', appended.length, events.length)
    same(
      'ids',
      await idsOf(store),
      events.map(({ id }) => id),
    )
    same('whether the answers are the positions', positionsOf(await readAll(store)), positionsOf(appended))
  },

  async 'one bad event: nothing of its append is recorded'(scene) {
    const store = scene.store()
    const { id: _id, ...nameless } = scene.event()
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    const bad = [
      ['EVENT_TYPE_INVALID', scene.event({ type: 'app..installed' })],
      ['EVENT_INVALID', nameless as BusEvent],
      ['EVENT_INVALID', scene.event({ time: 'yesterday' })],
      ['EVENT_NOT_SERIALIZABLE', scene.event({ data: cycle })],
    ] as const
    for (const [code, event] of bad) await rejects('append', store.append([scene.event(), event]), code)
    same('ids', await idsOf(store), [])
  },

  async 'what is changed after `append` was called changes nothing'(scene) {
    const store = scene.store()
    const data = { state: 'installed', list: ['one'] }
    const events = [scene.event({ data })]
    const appending = store.append(events)
    data.state = 'changed'
    data.list.push('two')
    events.push(scene.event())
    await appending
    same(
      'data',
      (await readAll(store)).map(({ event }) => event.data),
      [{ state: 'installed', list: ['one'] }],
    )
  },

  async 'stores that append at the same time lose nothing, and share no position'(scene) {
    const stores = [scene.store(), scene.store(), scene.store()]
    const work = stores.flatMap((store) => Array.from({ length: 10 }, () => store.append(scene.events(20))))
    const appended = (await Promise.all(work)).flat()
    const positions = positionsOf(appended)
    same('positions', new Set(positions).size, 600)
    for (const store of stores) same('events', (await readAll(store)).length, 600)
  },

  async 'an event that two stores append at the same time is recorded once'(scene) {
    const stores = [scene.store(), scene.store()]
    const events = scene.events(50)
    const appended = await Promise.all(stores.flatMap((store) => [store.append(events), store.append(events)]))
    same('how often they were new', appended.flat().filter(({ isNew }) => isNew).length, events.length)
    for (const one of appended) same('positions', positionsOf(one), positionsOf(appended[0] ?? []))
    same('events', (await readAll(scene.store())).length, events.length)
  },

  async 'what was appended is there when the store is opened again'(scene) {
    const store = scene.store()
    const event = scene.event({ subject: 'app-1' })
    const { position } = await appendOne(store, event)
    await store.close()
    const again = scene.store()
    same('event', (await readAll(again))[0]?.event, event)
    same('last position', await again.lastPosition(), position)
    same('whether it is new', (await appendOne(again, event)).isNew, false)
  },

  async 'the last position is 0 in the beginning, and then that of the last event'(scene) {
    const store = scene.store()
    same('in the beginning', await store.lastPosition(), 0)
    const { position } = await appendOne(scene.store(), scene.event())
    same('after an append', await store.lastPosition(), position)
  },
})
