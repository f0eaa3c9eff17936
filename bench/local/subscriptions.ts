import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Measures } from '../axes/axis.ts'
import type { LocalContender } from './contender.ts'

/** How much a process grows by subscriptions, each with a pattern and a handler of its own. */
export async function memoryOfSubscriptions({ open }: LocalContender, count: number): Promise<Measures> {
  const bus = await open()
  const before = process.memoryUsage.rss()
  for (let number = 0; number < count; number++) await bus.subscribe(`tenant.app${number}.*`, () => number)
  await nextTurn()
  return { [`MB for ${count} subscriptions`]: (process.memoryUsage.rss() - before) / 1e6 }
}
