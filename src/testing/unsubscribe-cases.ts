import { type ContractCase, contractCases } from './contract-case.ts'
import { rejects, same } from './expect.ts'

export const unsubscribeCases: readonly ContractCase[] = contractCases('unsubscribing', {
  async 'a handler that was unsubscribed gets nothing more, and the others go on'(scene) {
    const bus = scene.bus()
    const [staying, leaving, narrow] = [
      await scene.listen(bus, 'order.*'),
      await scene.listen(bus, 'order.*'),
      await scene.listen(bus, 'order.placed'),
    ]
    await scene.publish(bus, 'order.placed')
    await scene.flush(bus, 'order.placed', staying, leaving, narrow)
    const ended = [leaving, narrow].map(({ subscription }) => subscription.unsubscribe())
    await scene.within('unsubscribe', Promise.all(ended))
    await scene.publish(bus, 'order.placed', 'order.paid')
    await scene.flush(bus, 'order.placed', staying)
    same('events of the one that stays', staying.types, ['order.placed', 'order.placed', 'order.paid'])
    same('events of those that left', [leaving.types, narrow.types], [['order.placed'], ['order.placed']])
  },

  async 'what is published after the last unsubscribe of a pattern does not come back to a later subscription'(scene) {
    const [before, publisher] = [scene.bus('worker'), scene.bus()]
    const orders = await scene.listen(before, 'order.*')
    await scene.listen(before, 'bill.*')
    await scene.within('unsubscribe', orders.subscription.unsubscribe())
    const publishing = publisher.publish({ type: 'order.paid', data: {} }, { requireRoute: true })
    await scene.within('publish', rejects('publish', publishing, 'PUBLISH_UNROUTABLE'))
    await scene.within('close', before.close())
    await scene.publish(publisher, 'order.placed', 'bill.sent')
    const recorder = await scene.listen(scene.bus('worker'), ['order.*', 'bill.*'])
    await scene.flush(publisher, 'order.placed', recorder)
    same('events', recorder.types, ['bill.sent'])
  },

  async "a member that unsubscribes leaves the group's events to the others, and to those that come later"(scene) {
    const [one, two, three] = [scene.bus(), scene.bus(), scene.bus()]
    const options = { group: 'billing' }
    const [first, second] = [await scene.listen(one, 'order.*', options), await scene.listen(two, 'order.*', options)]
    await scene.within('unsubscribe', first.subscription.unsubscribe())
    await scene.publish(three, ...Array<string>(10).fill('order.placed'))
    await scene.count(10, second)
    await scene.within('unsubscribe', second.subscription.unsubscribe())
    await scene.publish(three, 'order.paid', 'order.sent')
    const third = await scene.listen(three, 'order.*', options)
    await scene.flush(three, 'order.placed', third)
    same('events of the first', first.types, [])
    same('events of the last', third.types, ['order.paid', 'order.sent'])
  },

  async 'subscribing again right after unsubscribing misses nothing from `ready` on'(scene) {
    const bus = scene.bus()
    for (const group of [undefined, 'billing']) {
      const former = await scene.listen(bus, 'order.*', { group })
      const unsubscribed = former.subscription.unsubscribe()
      const recorder = await scene.listen(bus, 'order.*', { group })
      await scene.within('unsubscribe', unsubscribed)
      await scene.publish(bus, 'order.placed')
      await scene.flush(bus, 'order.placed', recorder)
      same('events', recorder.types, ['order.placed'])
      await scene.within('unsubscribe', recorder.subscription.unsubscribe())
    }
  },

  async 'a handler may end its own subscription'(scene) {
    const bus = scene.bus()
    for (const group of [undefined, 'billing']) {
      const ended = scene.gate()
      const recorder = await scene.listen(bus, 'order.*', {
        group,
        concurrency: 1,
        handle: async (_event, { subscription }) => {
          await subscription.unsubscribe()
          ended.open()
        },
      })
      await scene.publish(bus, 'order.placed', 'order.paid')
      await scene.within(`the handler's own unsubscribe (group: ${group})`, ended.opened)
      same('events', recorder.types, ['order.placed'])
    }
  },

  async 'what a handler is running when it is unsubscribed is not handed out again'(scene) {
    const [gate, done] = [scene.gate(), scene.gate()]
    const [one, two] = [scene.bus(), scene.bus()]
    const handle = (): Promise<void> => gate.opened.then(() => done.open())
    const leaving = await scene.listen(one, 'order.*', { group: 'billing', handle })
    const [event] = await scene.publish(two, 'order.placed')
    await scene.count(1, leaving)
    const staying = await scene.listen(two, 'order.*', { group: 'billing' })
    const unsubscribed = leaving.subscription.unsubscribe()
    gate.open()
    await scene.within('unsubscribe', Promise.all([unsubscribed, done.opened]))
    await scene.flush(two, 'order.placed', staying)
    same('events', [leaving.ids, staying.ids], [[event?.id], []])
  },
})
