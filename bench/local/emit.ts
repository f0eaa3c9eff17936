import type { Measures } from '../axes/axis.ts'
import { Received } from '../end/received.ts'
import { dataOf } from '../payload.ts'
import type { LocalContender } from './contender.ts'

/** Enough for the compiler to have seen the code. */
const warmUpEvents = 10_000

/** One handler, each publish awaited before the next; ends when all are handled. */
export async function emit({ open }: LocalContender, events: number): Promise<Measures> {
  const bus = await open()
  let received = new Received(warmUpEvents)
  await bus.subscribe('bench.*', () => received.count())
  const publishAll = async (count: number): Promise<void> => {
    received = new Received(count)
    for (let number = 0; number < count; number++) await bus.publish('bench.event', dataOf(number))
    await received.all
  }
  await publishAll(warmUpEvents)
  const started = performance.now()
  await publishAll(events)
  return { 'events/s': (events * 1_000) / (performance.now() - started) }
}
