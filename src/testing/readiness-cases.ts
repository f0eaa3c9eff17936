import { type ContractCase, contractCases } from './contract-case.ts'
import { same } from './expect.ts'

export const readinessCases: readonly ContractCase[] = contractCases('readiness', {
  async 'what is published after `ready` of a broadcast subscription reaches it'(scene) {
    const [bus, publisher] = [scene.bus(), scene.bus()]
    await scene.within('ready', publisher.ready)
    for (const type of ['order.placed', 'bill.sent', 'user.added']) {
      const recorder = await scene.listen(bus, type)
      await scene.publish(publisher, type)
      await scene.count(1, recorder)
    }
  },

  async 'what is published after `ready` of a group subscription reaches the group'(scene) {
    const [bus, publisher] = [scene.bus(), scene.bus()]
    await scene.within('ready', publisher.ready)
    for (const type of ['order.placed', 'bill.sent', 'user.added']) {
      const recorder = await scene.listen(bus, type, { group: 'billing' })
      await scene.publish(publisher, type)
      await scene.count(1, recorder)
    }
  },

  async 'all subscriptions of one tick get what waited in the queue of the instance'(scene) {
    const publisher = scene.bus()
    const before = scene.bus('worker')
    await Promise.all(['order.*', 'bill.*'].map((pattern) => scene.listen(before, pattern)))
    await scene.within('close', before.close())
    await scene.publish(publisher, 'order.placed', 'bill.sent')
    const after = scene.bus('worker')
    const orders = scene.subscribe(after, 'order.*')
    const bills = scene.subscribe(after, 'bill.*')
    await scene.count(2, orders, bills)
    same('events of both', [orders.types, bills.types], [['order.placed'], ['bill.sent']])
  },

  async '`ready` of the bus resolves when it is connected, and its status is then `open`'(scene) {
    const bus = scene.bus()
    await scene.within('ready of the bus', bus.ready)
    same('status of the bus', bus.status, 'open')
  },

  async 'a subscription is `waiting` until it is `ready`, and `ended` at last'(scene) {
    const { subscription } = scene.subscribe(scene.bus(), 'order.*')
    same('status at first', subscription.status, 'waiting')
    await scene.within('ready of the subscription', subscription.ready)
    same('status then', subscription.status, 'ready')
    await scene.within('unsubscribe', subscription.unsubscribe())
    same('status at last', subscription.status, 'ended')
  },
})
