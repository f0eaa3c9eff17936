import assert from 'node:assert/strict'
import { EventBusError } from '../core/errors.ts'
import { type ContractCase, contractCases } from './contract-case.ts'
import { rejects, same } from './expect.ts'

export const closeCases: readonly ContractCase[] = contractCases('closing', {
  async '`close` waits for the handlers that run, and what they finish does not come again'(scene) {
    const gate = scene.gate()
    const [worker, publisher] = [scene.bus('worker'), scene.bus()]
    const running = await scene.listen(worker, 'order.*', { handle: () => gate.opened })
    await scene.publish(publisher, 'order.placed', 'order.paid')
    await scene.count(2, running)
    let isClosed = false
    const closing = worker.close({ timeoutMs: scene.deadlineMs }).finally(() => (isClosed = true))
    await scene.publish(publisher, 'bill.sent')
    same('whether `close` was over before the handlers', isClosed, false)
    gate.open()
    const report = await scene.within('close', closing)
    same('report', report, { unfinishedDeliveries: 0, unconfirmedEvents: 0, unrecordedEvents: 0 })
    const next = await scene.listen(scene.bus('worker'), 'order.*')
    await scene.flush(publisher, 'order.placed', next)
    same('events that came again', next.types, [])
  },

  async '`close` ends at its time limit, says what it left undone, and tells the handlers'(scene) {
    const gate = scene.gate()
    const bus = scene.bus()
    const stuck = await scene.listen(bus, 'order.*', { handle: () => gate.opened })
    await scene.publish(bus, 'order.placed')
    await scene.count(1, stuck)
    const report = await scene.within('close', bus.close({ timeoutMs: 100 }))
    same('report', report, { unfinishedDeliveries: 1, unconfirmedEvents: 0, unrecordedEvents: 0 })
    same('signal of the handler', stuck.contexts[0]?.signal.aborted, true)
  },

  async 'an event whose handler was cut off by `close` comes again, marked as redelivered'(scene) {
    const gate = scene.gate()
    const [worker, publisher] = [scene.bus('worker'), scene.bus()]
    const stuck = await scene.listen(worker, 'order.*', { handle: () => gate.opened })
    const [event] = await scene.publish(publisher, 'order.placed')
    await scene.count(1, stuck)
    await scene.within('close', worker.close({ timeoutMs: 50 }))
    const next = await scene.listen(scene.bus('worker'), 'order.*')
    await scene.count(1, next)
    same('id', next.ids, [event?.id])
    same('redelivered', next.contexts[0]?.redelivered, true)
  },

  async '`close` sends what was published before, and can be repeated'(scene) {
    const [bus, publisher] = [scene.bus(), scene.bus()]
    const recorder = await scene.listen(bus, 'order.*')
    for (let sent = 0; sent < 200; sent++) void publisher.publish({ type: 'order.placed', data: {} })
    const report = await scene.within('close', publisher.close())
    same('report', report, { unfinishedDeliveries: 0, unconfirmedEvents: 0, unrecordedEvents: 0 })
    same('second report', await scene.within('second close', publisher.close()), report)
    await scene.count(200, recorder)
  },

  async 'a closed bus takes no event and no call; what its instance misses waits'(scene) {
    const [worker, publisher] = [scene.bus('worker'), scene.bus()]
    const former = await scene.listen(worker, 'order.*')
    await scene.within('close', worker.close())
    await rejects('publish', worker.publish({ type: 'order.placed', data: {} }), 'BUS_CLOSED')
    assert.throws(
      () => worker.subscribe('order.*', () => {}),
      (error) => error instanceof EventBusError && error.code === 'BUS_CLOSED',
    )
    await scene.publish(publisher, 'order.placed', 'order.paid')
    const next = await scene.listen(scene.bus('worker'), 'order.*')
    await scene.count(2, next)
    same('events of the closed bus', former.types, [])
  },

  async 'handlers may publish while their bus closes'(scene) {
    const gate = scene.gate()
    const [worker, other] = [scene.bus(), scene.bus()]
    const recorder = await scene.listen(other, 'order.shipped')
    const running = await scene.listen(worker, 'order.placed', {
      handle: async () => {
        await gate.opened
        await worker.publish({ type: 'order.shipped', data: {} })
      },
    })
    await scene.publish(worker, 'order.placed')
    await scene.count(1, running)
    const closing = worker.close({ timeoutMs: scene.deadlineMs })
    gate.open()
    await scene.within('close', closing)
    await scene.count(1, recorder)
    same('dead letters', await scene.deadLetters(0), [])
  },

  async 'unsubscribing and closing at the same time both come to an end'(scene) {
    const gate = scene.gate()
    const [bus, other] = [scene.bus(), scene.bus()]
    const bystander = await scene.listen(other, 'bill.*')
    const running = await scene.listen(bus, 'order.*', { group: 'billing', handle: () => gate.opened })
    await scene.publish(bus, 'order.placed')
    await scene.count(1, running)
    const unsubscribing = running.subscription.unsubscribe()
    const closing = bus.close({ timeoutMs: scene.deadlineMs })
    await scene.flush(other, 'bill.sent', bystander)
    gate.open()
    await scene.within('close', closing)
    await scene.within('unsubscribe', unsubscribing)
  },
})
