import { type ContractCase, contractCases } from './contract-case.ts'
import { rejects, same } from './expect.ts'

export const instanceCases: readonly ContractCase[] = contractCases('instances', {
  async 'a named instance that comes back gets what was published meanwhile'(scene) {
    const [before, publisher] = [scene.bus('worker'), scene.bus()]
    await scene.listen(before, 'order.*')
    await scene.within('close', before.close())
    await scene.publish(publisher, 'order.placed', 'order.paid')
    const after = await scene.listen(scene.bus('worker'), 'order.*')
    await scene.flush(publisher, 'order.placed', after)
    same('events', after.types, ['order.placed', 'order.paid'])
  },

  async 'an instance without a queue of its own is told so before it is ready, and only once'(scene) {
    const bus = scene.bus('worker')
    const gaps = scene.gaps(bus)
    await scene.listen(bus, 'order.*')
    same('gaps', gaps, ['start'])
    await scene.listen(bus, 'invoice.*')
    await scene.listen(bus, 'order.*', { group: 'billing' })
    same('gaps after further subscriptions', gaps, ['start'])
  },

  async 'an instance that comes back to its queue is told of no gap'(scene) {
    const [before, publisher] = [scene.bus('worker'), scene.bus()]
    await scene.listen(before, 'order.*')
    await scene.within('close', before.close())
    const after = scene.bus('worker')
    const gaps = scene.gaps(after)
    const recorder = await scene.listen(after, 'order.*')
    await scene.flush(publisher, 'order.placed', recorder)
    same('gaps', gaps, [])
  },

  async 'an instance whose name was generated leaves nothing behind'(scene) {
    const [unnamed, publisher] = [scene.unnamedBus(), scene.bus()]
    await scene.listen(unnamed, 'order.*')
    const publish = (): Promise<unknown> =>
      publisher.publish({ type: 'order.placed', data: {} }, { requireRoute: true })
    await scene.within('publish', publish())
    await scene.within('close', unnamed.close())
    await scene.within('publish', rejects('publish', publish(), 'PUBLISH_UNROUTABLE'))
  },

  async 'a second bus under the name of another one stands by, takes nothing, and says so'(scene) {
    const [first, second] = [scene.bus('worker'), scene.bus('worker')]
    const active = await scene.listen(first, 'order.*')
    const standby = scene.subscribe(second, 'order.*')
    await scene.within('ready of the second bus', second.ready)
    await scene.eventually('bad health of the second bus', async () => {
      const { status, checks } = await second.healthCheck()
      return status !== 'pass' && JSON.stringify(checks).includes('INSTANCE_NAME_IN_USE')
    })
    const events = await scene.publish(second, ...Array<string>(10).fill('order.placed'))
    await scene.flush(second, 'order.placed', active)
    same(
      'events of the first bus',
      active.ids,
      events.map(({ id }) => id),
    )
    same('events of the second bus', standby.ids, [])
    same('status of its subscription', standby.subscription.status, 'waiting')
  },

  async 'a bus that stands by takes over when the first one has closed, and misses nothing'(scene) {
    const [first, second, publisher] = [scene.bus('worker'), scene.bus('worker'), scene.bus()]
    await scene.listen(first, 'order.*')
    const standby = scene.subscribe(second, 'order.*')
    await scene.within('close', first.close())
    await scene.publish(publisher, 'order.placed')
    await scene.within('ready of the second bus', standby.subscription.ready)
    await scene.flush(publisher, 'order.placed', standby)
    same('events', standby.types, ['order.placed'])
  },
})
