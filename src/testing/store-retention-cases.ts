import type { PruneOptions } from '../core/event-store.ts'
import { rejects, same } from './expect.ts'
import { storeCases, type StoreCase } from './store-case.ts'
import { appendOne, idsOf, positionsOf, readAll } from './store-scene.ts'

export const storeRetentionCases: readonly StoreCase[] = storeCases('retention', {
  async 'pruning by age takes what is older, and only that'(scene) {
    const store = scene.store()
    await store.append(scene.events(4))
    await store.append([scene.event({ time: scene.timeOf(1) })])
    same('report', await store.prune({ olderThan: scene.timeOf(3) }), { pruned: 3 })
    same('ids', await idsOf(scene.store()), ['event-3', 'event-4'])
    same('report of another', await store.prune({ olderThan: new Date(scene.timeOf(3)) }), { pruned: 0 })
  },

  async 'pruning takes what the pattern selects, but for the newest that are to be kept'(scene) {
    const store = scene.store()
    await store.append(scene.events(10, (index) => ({ type: index % 2 ? 'app.installed' : 'user.added' })))
    same('report', await store.prune({ pattern: ['app.*'], keep: 2 }), { pruned: 3 })
    same('ids', await idsOf(store, { pattern: 'app.*' }), ['event-8', 'event-10'])
    same('other events', await store.count({ pattern: 'user.*' }), 5)
    same('with age', await store.prune({ olderThan: scene.timeOf(8), keep: 6 }), { pruned: 1 })
    same('ids', await idsOf(store), ['event-3', 'event-5', 'event-7', 'event-8', 'event-9', 'event-10'])
    same('where there are no more', await store.prune({ keep: 6 }), { pruned: 0 })
  },

  async 'a position is never given out again'(scene) {
    const store = scene.store()
    const appended = await store.append(scene.events(3))
    const last = appended[2]?.position ?? 0
    await store.prune({ pattern: '#' })
    same('events', await store.count(), 0)
    same('last position', await scene.store().lastPosition(), last)
    same('whether the next is higher', (await appendOne(scene.store(), scene.event())).position > last, true)
    same('reading behind it', (await idsOf(store, { afterPosition: last })).length, 1)
  },

  async 'what is left stays where it was'(scene) {
    const store = scene.store()
    const appended = await store.append(scene.events(6, (index) => ({ type: index % 2 ? 'a.odd' : 'a.even' })))
    await store.prune({ pattern: 'a.even' })
    const odd = positionsOf(appended).filter((_, index) => index % 2)
    same('positions', positionsOf(await readAll(store)), odd)
    same('types', await store.types(), ['a.even', 'a.odd'])
  },

  async 'the version of a stream is the position of the last event that is left'(scene) {
    const store = scene.store()
    const appended = await store.append(
      scene.events(4, (index) => ({ subject: 'app-1', type: index < 2 ? 'a.kept' : 'a.gone' })),
    )
    await store.prune({ pattern: 'a.gone' })
    const more = [scene.event({ subject: 'app-1' })]
    await rejects('append', store.append(more, { expectedVersion: appended[3]?.position }), 'VERSION_CONFLICT')
    const [added] = await store.append(more, { expectedVersion: appended[1]?.position })
    same('whether it is new', added?.isNew, true)
  },

  async 'an event that was pruned is new when it comes again'(scene) {
    const store = scene.store()
    const event = scene.event({ subject: 'app-1' })
    const { position } = await appendOne(store, event)
    await store.prune({ pattern: 'app.installed' })
    const [again] = await store.append([event], { expectedVersion: 0 })
    same('answer', [again?.isNew, (again?.position ?? 0) > position], [true, true])
  },

  async 'many events are pruned, and one audit entry tells how many'(scene) {
    const store = scene.store()
    await store.append(scene.events(2_500))
    same('report', await store.prune({ olderThan: scene.timeOf(2_401), reason: 'the law' }), { pruned: 2_400 })
    same('events', (await readAll(store)).length, 100)
    const [entry, ...others] = await scene.store().audit()
    const request = { olderThan: scene.timeOf(2_401), reason: 'the law' }
    same('entry', { ...entry, at: '' }, { number: entry?.number, action: 'prune', at: '', events: 2_400, request })
    same('other entries', others, [])
  },

  async 'a prune that is aborted says what it did'(scene) {
    const store = scene.store()
    await store.append(scene.events(10))
    same('report', await store.prune({ keep: 1, signal: AbortSignal.abort() }), { pruned: 0 })
    same('events', await store.count(), 10)
  },

  async 'a prune that asks for nothing, or for nonsense, is refused'(scene) {
    const store = scene.store()
    await store.append(scene.events(2))
    const refused: PruneOptions[] = [{}, { reason: 'why not' }, { keep: -1 }, { olderThan: 'yesterday' }]
    for (const options of refused) await rejects('prune', store.prune(options), 'OPTION_INVALID')
    await rejects('prune', store.prune({ pattern: 'app.install*' }), 'PATTERN_INVALID')
    same('events', await store.count(), 2)
  },

  async 'redacting takes the data of an event, and nothing else'(scene) {
    const store = scene.store()
    const event = scene.event({
      subject: 'app-1',
      correlationId: 'c',
      extensions: { tenant: 'acme' },
      dataVersion: '2',
    })
    await store.append([scene.event(), event, scene.event()])
    same('answer', await store.redact(event.id, { reason: 'asked to' }), true)
    const { data: _data, ...envelope } = event
    const all = await readAll(scene.store())
    same('event', all[1]?.event, envelope)
    same('whether it says so', typeof all[1]?.redactedAt, 'string')
    same(
      'others',
      [all[0]?.redactedAt, all[0]?.event.data, all[2]?.event.data],
      [undefined, { number: 2 }, { number: 3 }],
    )
    same('by subject', await idsOf(store, { subject: 'app-1' }), [event.id])
    const [entry] = await store.audit()
    const request = { id: event.id, reason: 'asked to' }
    same('audit', { ...entry, at: '' }, { number: entry?.number, action: 'redact', at: '', events: 1, request })
  },

  async 'an event that was redacted is not brought back by appending it again'(scene) {
    const store = scene.store()
    const event = scene.event()
    await store.append([event])
    await store.redact(event.id)
    same('whether it is new', (await appendOne(scene.store(), event)).isNew, false)
    same('data', (await readAll(store))[0]?.event.data, undefined)
  },

  async 'redacting what is not there, or a second time, does nothing'(scene) {
    const store = scene.store()
    await store.append([scene.event()])
    same('unknown', await store.redact('nobody'), false)
    same('first', await store.redact('event-1'), true)
    same('second', await store.redact('event-1'), false)
    same('audit entries', (await store.audit()).length, 1)
    await rejects('redact', store.redact(''), 'OPTION_INVALID')
  },

  async 'the audit lists the newest entries first'(scene) {
    const store = scene.store()
    await store.append(scene.events(3))
    for (const id of ['event-1', 'event-2']) await store.redact(id)
    await store.prune({ keep: 1 })
    const entries = await scene.store().audit(2)
    same(
      'entries',
      entries.map(({ action, events }) => [action, events]),
      [
        ['prune', 2],
        ['redact', 1],
      ],
    )
    same('all', (await store.audit()).length, 3)
    await rejects('audit', store.audit(0), 'OPTION_INVALID')
  },
})
