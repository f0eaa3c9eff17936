import { type ContractCase, contractCases } from './contract-case.ts'
import { same } from './expect.ts'

export const contextCases: readonly ContractCase[] = contractCases('context', {
  async 'what a handler publishes carries the correlation and the cause of its event'(scene) {
    const [shop, warehouse] = [scene.bus(), scene.bus()]
    const handle = async (): Promise<void> => {
      await warehouse.publish({ type: 'order.packed', data: {} })
    }
    await scene.listen(warehouse, 'order.placed', { handle })
    const packed = await scene.listen(shop, 'order.packed')
    const [first, second] = await scene.publish(
      shop,
      { type: 'order.placed', data: {}, correlationId: 'conversation-1' },
      { type: 'order.placed', data: {} },
    )
    await scene.count(2, packed)
    const origins = packed.events.map(({ correlationId, causationId }) => [causationId, correlationId])
    same('causes and correlations', Object.fromEntries(origins), {
      [String(first?.id)]: 'conversation-1',
      [String(second?.id)]: second?.id,
    })
  },

  async 'the context tells when the event came, and that it comes for the first time'(scene) {
    const bus = scene.bus()
    const recorder = await scene.listen(bus, 'order.*')
    const before = Date.now()
    await scene.publish(bus, 'order.placed')
    await scene.count(1, recorder)
    const [context] = recorder.contexts
    const receivedAt = context?.receivedAt.getTime() ?? 0
    same('attempt and redelivered', [context?.attempt, context?.redelivered], [1, false])
    same('whether it came in the meantime', receivedAt >= before && receivedAt <= Date.now(), true)
  },

  async 'a handler works on ten events at a time, and on no more'(scene) {
    const gate = scene.gate()
    const bus = scene.bus()
    const recorder = await scene.listen(bus, 'order.*', { handle: () => gate.opened })
    const other = await scene.listen(bus, 'order.*', { concurrency: 30 })
    await scene.publish(bus, ...Array<string>(30).fill('order.placed'))
    await scene.count(10, recorder)
    await scene.count(30, other)
    gate.open()
    await scene.count(30, recorder)
    same('the most events at a time', recorder.mostAtOnce, 10)
  },
})
