import type { BusStatus } from '../core/api.ts'
import { type ContractCase, contractCases } from './contract-case.ts'
import { same } from './expect.ts'

export const healthCases: readonly ContractCase[] = contractCases('health', {
  async 'health passes while all is well, and names each point that is subscribed'(scene) {
    const bus = scene.bus()
    const points = async (): Promise<number> => {
      const { status, checks } = await bus.healthCheck()
      return status === 'pass' ? Object.keys(checks).filter((name) => name.startsWith('subscription:')).length : -1
    }
    await scene.listen(bus, 'order.*')
    await scene.eventually('good health of one point', async () => (await points()) > 0)
    // Where there are several clusters, a point is on each.
    const ofOne = await points()
    await scene.listen(bus, 'order.*', { group: 'billing' })
    await scene.eventually('good health of two points', async () => (await points()) === 2 * ofOne)
  },

  async 'a health check has an answer within two seconds, and fails after `close`'(scene) {
    const bus = scene.bus()
    await scene.listen(bus, 'order.*')
    const start = Date.now()
    await scene.within('health check', bus.healthCheck())
    same('whether the answer took two seconds', Date.now() - start > 2_000, false)
    await scene.within('close', bus.close())
    same('health', (await scene.within('health check', bus.healthCheck())).status, 'fail')
  },

  async 'a bus on which all is well says nothing until it closes'(scene) {
    const bus = scene.bus()
    await scene.within('ready of the bus', bus.ready)
    const heard: BusStatus[] = []
    bus.on('status', (status) => heard.push(status))
    const recorder = await scene.listen(bus, 'order.*')
    await scene.publish(bus, 'order.placed')
    await scene.count(1, recorder)
    await scene.within('close', bus.close())
    same('status changes', heard, ['closing', 'closed'])
  },
})
