import { type ContractCase, contractCases } from './contract-case.ts'
import { same } from './expect.ts'
import { appendedIds } from './recorded-events.ts'

const second = 1_000

export const scheduleCases: readonly ContractCase[] = contractCases('schedules', {
  async 'scheduled events come when they are due, not before, in the order of their times'(scene) {
    const bus = scene.bus()
    const recorder = await scene.listen(bus, 'job.*')
    const began = Date.now()
    await Promise.all([
      scene.schedule(bus, { type: 'job.last', data: {} }, { afterMs: 3 * second }),
      scene.schedule(bus, { type: 'job.first', data: {} }, { afterMs: second }),
      scene.publish(bus, 'job.now'),
    ])
    await scene.count(3, recorder)
    same('order', recorder.types, ['job.now', 'job.first', 'job.last'])
    const waits = recorder.contexts.map(({ receivedAt }) => receivedAt.getTime() - began)
    same('whether the first one waited', (waits[1] ?? 0) >= scene.leastMs(second), true)
    same('whether the last one waited', (waits[2] ?? 0) >= scene.leastMs(3 * second), true)
  },

  async 'a scheduled event reaches all who are subscribed when it is due, though its publisher has left'(scene) {
    const publisher = scene.bus()
    const event = await scene.schedule(publisher, { type: 'job.started', data: {} }, { afterMs: scene.unhurriedMs(5) })
    await scene.within('close', publisher.close())
    const recorders = [
      await scene.listen(scene.bus(), 'job.*'),
      await scene.listen(scene.bus(), 'job.*', { group: 'workers' }),
    ]
    await scene.count(2, ...recorders)
    for (const { ids } of recorders) same('ids', ids, [event.id])
  },

  async 'a scheduled event comes once to each, however many buses there are'(scene) {
    const buses = [scene.bus(), scene.bus(), scene.bus()] as const
    const recorders = await Promise.all(buses.map((bus) => scene.listen(bus, 'job.*')))
    const publish = (): Promise<{ id: string }> =>
      scene.schedule(buses[0], { type: 'job.started', data: {} }, { afterMs: second })
    const events = await Promise.all(Array.from({ length: 20 }, publish))
    await scene.count(60, ...recorders)
    await scene.flush(buses[0], 'job.started', ...recorders)
    const expected = events.map(({ id }) => id).sort()
    for (const { ids } of recorders) same('events of one instance', ids.sort(), expected)
  },

  async 'a scheduled event is recorded when it is due, after what was published meanwhile'(scene) {
    const { store, ids } = appendedIds()
    const bus = scene.bus('archive', 'contract', store)
    const recorder = await scene.listen(bus, 'job.*')
    const later = await scene.schedule(bus, { type: 'job.later', data: {} }, { afterMs: scene.unhurriedMs(1) })
    const [now] = await scene.publish(bus, 'job.now')
    await scene.count(2, recorder)
    await scene.eventually('two are recorded', () => ids.length >= 2)
    same('recorded events', ids, [now?.id, later.id])
  },

  async 'an event whose time is past comes at once, in its turn'(scene) {
    const bus = scene.bus()
    const recorder = await scene.listen(bus, 'job.*')
    const publishing = [
      bus.publish({ type: 'job.one', data: {} }),
      bus.publish({ type: 'job.two', data: {} }, { deliverAt: new Date(0) }),
      bus.publish({ type: 'job.three', data: {} }, { afterMs: 0 }),
    ]
    await scene.within('publish', Promise.all(publishing))
    await scene.flush(bus, 'job.started', recorder)
    same('events', recorder.types, ['job.one', 'job.two', 'job.three'])
  },
})
