import { EventBusError } from '../core/errors.ts'
import { type ContractCase, contractCases } from './contract-case.ts'
import { rejects, same } from './expect.ts'
import { unhandledRejections } from './unhandled.ts'

export const publishCases: readonly ContractCase[] = contractCases('publishing', {
  async 'what `publish` has resolved for arrives, though the publisher closes at once'(scene) {
    const [bus, publisher] = [scene.bus(), scene.bus()]
    const recorder = await scene.listen(bus, 'order.*')
    await scene.publish(publisher, 'order.placed', 'order.paid')
    await scene.within('close', publisher.close())
    await scene.count(2, recorder)
  },

  async 'with `requireRoute`, `publish` rejects if nobody wants the event'(scene) {
    const bus = scene.bus()
    const recorder = await scene.listen(bus, 'order.*')
    const wanted = (type: string): Promise<unknown> => bus.publish({ type, data: {} }, { requireRoute: true })
    await scene.within('publish of a wanted event', wanted('order.placed'))
    await scene.within('publish of an unwanted event', rejects('publish', wanted('user.added'), 'PUBLISH_UNROUTABLE'))
    await scene.count(1, recorder)
  },

  async 'a publish that was aborted before it was sent rejects, and its event goes nowhere'(scene) {
    const bus = scene.bus()
    const recorder = await scene.listen(bus, 'order.*')
    const signal = AbortSignal.abort()
    const publishing = bus.publish({ type: 'order.placed', data: {} }, { signal })
    await scene.within('publish', rejects('publish', publishing, 'PUBLISH_ABORTED'))
    await scene.flush(bus, 'order.placed', recorder)
    same('events', recorder.types, [])
  },

  async 'a publish that fails carries its event, to be tried again under the same id'(scene) {
    const bus = scene.bus()
    const publish = (id?: string): Promise<unknown> =>
      bus.publish({ type: 'order.placed', data: { total: 1 }, id }, { requireRoute: true })
    const error = await scene.within('publish', rejects('publish', publish(), 'PUBLISH_UNROUTABLE'))
    const failed = (error as EventBusError).event as { id: string; data: unknown }
    same('data of the event that failed', failed.data, { total: 1 })
    const recorder = await scene.listen(bus, 'order.*')
    await scene.within('publish again', publish(failed.id))
    await scene.count(1, recorder)
    same('id', recorder.ids, [failed.id])
  },

  async 'a publish that fails does its neighbours no harm'(scene) {
    const bus = scene.bus()
    const recorder = await scene.listen(bus, 'order.*')
    const publish = (type: string): Promise<unknown> => bus.publish({ type, data: {} }, { requireRoute: true })
    const types = ['order.one', 'user.one', 'order.two', 'user.two', 'order.three']
    const outcomes = await scene.within('publish', Promise.allSettled(types.map(publish)))
    const expected = ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled']
    same(
      'outcomes',
      outcomes.map(({ status }) => status),
      expected,
    )
    await scene.flush(bus, 'order.last', recorder)
    same('events', recorder.types, ['order.one', 'order.two', 'order.three'])
  },

  async 'a publish that fails and that nobody awaits is no unhandled rejection'(scene) {
    const bus = scene.bus()
    const id = crypto.randomUUID()
    const isOurs = (reason: unknown): boolean =>
      reason instanceof EventBusError && (reason.event as { id?: string } | undefined)?.id === id
    const unhandled = await unhandledRejections(isOurs, async () => {
      void bus.publish({ type: 'order.placed', data: {}, id }, { requireRoute: true })
      // Closing waits for all that was published: then the promise has settled.
      await scene.within('close', bus.close())
    })
    same('unhandled rejections', unhandled, [])
  },
})
