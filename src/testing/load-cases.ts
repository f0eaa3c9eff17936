import type { UntypedBus } from '../core/api.ts'
import { type ContractCase, contractCases } from './contract-case.ts'
import { same } from './expect.ts'

export const loadCases: readonly ContractCase[] = contractCases('load', {
  async 'while all is well every connection is open and nothing waits for its confirm; after `close` all are closed'(
    scene,
  ) {
    const bus = scene.bus()
    await scene.listen(bus, 'order.*')
    await scene.publish(bus, 'order.placed')
    same('states of connections', statesOf(bus), ['open'])
    same('buffered', bus.measurements().buffered, { events: 0, bytes: 0 })
    await scene.within('close', bus.close())
    same('states after `close`', statesOf(bus), ['closed'])
  },

  async 'a delivery that comes again is counted by the bus that gets it'(scene) {
    const gate = scene.gate()
    const [worker, publisher] = [scene.bus('worker'), scene.bus()]
    const stuck = await scene.listen(worker, 'order.*', { handle: () => gate.opened })
    await scene.publish(publisher, 'order.placed')
    await scene.count(1, stuck)
    same('what came again at first', worker.measurements().redeliveries, 0)
    await scene.within('close', worker.close({ timeoutMs: 50 }))
    const successor = scene.bus('worker')
    const next = await scene.listen(successor, 'order.*')
    await scene.count(1, next)
    // Of several clusters each hands it out again.
    same('whether what came again was counted', successor.measurements().redeliveries > 0, true)
  },
})

/** Each once. */
function statesOf(bus: UntypedBus): string[] {
  return [...new Set(Object.values(bus.measurements().connections).map(({ state }) => state))]
}
