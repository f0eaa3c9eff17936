import { type ClientName, clients } from '../contenders/registry.ts'
import type { Axis, Measures } from './axis.ts'

const ratePerSecond = 1_000
/** Enough for a 99th percentile, and no more than half a minute. */
const mostSeconds = 30

/** From one process to another at a steady 1,000 events a second. */
export const latency: Axis<ClientName> = {
  name: 'latency',
  about: 'end to end at 1,000 events/s over a quorum queue',
  onBroker: true,
  contenders: clients,
  async measure(contender, scene): Promise<Measures> {
    const place = scene.place()
    const paced = { ratePerSecond, events: Math.min(scene.events, ratePerSecond * mostSeconds) }
    const receiver = await scene.start(contender, 'time', place, paced)
    const publisher = await scene.start(contender, 'pace', place, paced)
    const [{ latency: found }] = await Promise.all([receiver.run(), publisher.run()])
    return { 'p50 ms': found?.p50Ms, 'p99 ms': found?.p99Ms, 'max ms': found?.maxMs }
  },
}
