import { type ContractCase, contractCases } from './contract-case.ts'
import { same } from './expect.ts'

export const deliveryCases: readonly ContractCase[] = contractCases('delivery', {
  async 'each event reaches every instance that is subscribed, once'(scene) {
    const [first, ...others] = [scene.bus(), scene.bus(), scene.bus()] as const
    const recorders = await Promise.all([first, ...others].map((bus) => scene.listen(bus, 'order.*')))
    const events = await scene.publish(first, ...Array<string>(20).fill('order.placed'))
    await scene.flush(first, 'order.placed', ...recorders)
    for (const { ids } of recorders)
      same(
        'events of one instance',
        ids,
        events.map(({ id }) => id),
      )
  },

  async 'an event reaches all handlers of an instance, each once, also where their patterns overlap'(scene) {
    const bus = scene.bus()
    const patterns = ['order.placed', 'order.placed', 'order.*', '#', '#.placed']
    const recorders = await Promise.all(patterns.map((pattern) => scene.listen(bus, pattern)))
    const [event] = await scene.publish(bus, 'order.placed')
    await scene.flush(bus, 'order.placed', ...recorders)
    for (const { ids } of recorders) same('events of one handler', ids, [event?.id])
  },

  async 'a subscription to several patterns gets an event once, however many of them match'(scene) {
    const bus = scene.bus()
    const recorder = await scene.listen(bus, ['order.placed', 'order.*', 'order.#', 'bill.*'])
    await scene.publish(bus, 'order.placed', 'order.line.added', 'bill.sent', 'user.added')
    await scene.flush(bus, 'order.placed', recorder)
    same('events', recorder.types, ['order.placed', 'order.line.added', 'bill.sent'])
  },

  async 'a bus hears its own events and those of others'(scene) {
    const [one, two] = [scene.bus('one', 'shop'), scene.bus('two', 'warehouse')]
    const recorder = await scene.listen(one, 'order.*')
    await scene.publish(one, 'order.placed')
    await scene.publish(two, 'order.packed')
    await scene.count(2, recorder)
    same('sources', recorder.events.map(({ source }) => source).sort(), ['shop', 'warehouse'])
  },

  async 'more events than can be in hand at once all arrive'(scene) {
    const bus = scene.bus()
    const recorder = await scene.listen(bus, 'order.*', { concurrency: 50, handle: nextTurn })
    await scene.publish(bus, ...Array<string>(700).fill('order.placed'))
    await scene.count(700, recorder)
  },

  async 'publishing and subscribing need not wait for the connection'(scene) {
    const [early, late] = [scene.bus(), scene.bus()]
    const recorder = await scene.listen(late, 'order.*')
    const ownRecorder = scene.subscribe(early, 'order.*')
    await scene.publish(scene.bus(), 'order.placed')
    await scene.count(1, recorder)
    await scene.within('ready of the early subscription', ownRecorder.subscription.ready)
  },

  async 'an event that nobody wants is no error, and goes nowhere'(scene) {
    const bus = scene.bus()
    const recorder = await scene.listen(bus, 'order.*')
    await scene.publish(bus, 'user.added', 'order.placed')
    await scene.flush(bus, 'order.placed', recorder)
    same('events', recorder.types, ['order.placed'])
  },
})

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
