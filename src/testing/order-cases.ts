import type { EventInput } from '../core/event.ts'
import { type ContractCase, contractCases } from './contract-case.ts'
import { same } from './expect.ts'
import type { Recorder } from './recorder.ts'

export const orderCases: readonly ContractCase[] = contractCases('order', {
  async 'with a concurrency of 1, events are handled strictly in turn and in the order of publishing'(scene) {
    const bus = scene.bus()
    const recorder = await scene.listen(bus, 'order.*', { concurrency: 1, handle: unevenly })
    for (const from of [0, 50, 100]) await scene.publish(bus, ...numbered(50, from))
    await scene.count(150, recorder)
    inOrder(recorder, 150)
    same('events handled at the same time', recorder.mostAtOnce, 1)
  },

  async 'with the default concurrency, handlers start in the order of publishing'(scene) {
    const [bus, publisher] = [scene.bus(), scene.bus()]
    const recorder = await scene.listen(bus, 'order.*', { handle: unevenly })
    await scene.publish(publisher, ...numbered(200))
    await scene.count(200, recorder)
    inOrder(recorder, 200)
  },

  async 'a thousand publishes that nobody awaits arrive in order'(scene) {
    const bus = scene.bus()
    const recorder = await scene.listen(bus, 'order.*', { group: 'workers' })
    for (const event of numbered(1_000)) void bus.publish(event)
    await scene.count(1_000, recorder)
    inOrder(recorder, 1_000)
  },
})

function numbered(count: number, from = 0): EventInput[] {
  return Array.from({ length: count }, (_, index) => ({ type: 'order.placed', data: { number: from + index } }))
}

function inOrder({ events }: Recorder, count: number): void {
  const numbers = events.map(({ data }) => (data as { number: number }).number)
  same('order of arrival', numbers, [...Array(count).keys()])
}

/** Takes longer for some events than for others, so that order does not come about by itself. */
async function unevenly({ data }: { data: unknown }): Promise<void> {
  const turns = ((data as { number: number }).number * 7) % 5
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
}
