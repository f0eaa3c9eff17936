import type { Axis } from './axis.ts'
import { buffered } from './buffered.ts'
import { consume } from './consume.ts'
import { fanOut } from './fan-out.ts'
import { flatOut } from './flat-out.ts'
import { latency } from './latency.ts'
import { match, memory, subscriptions } from './local.ts'
import { nullBroker } from './null-broker.ts'
import { publishTo } from './publish.ts'
import { startUp } from './start-up.ts'

/** In the order of the table. */
export const axes: readonly Axis[] = [
  publishTo('classic'),
  publishTo('quorum'),
  consume,
  flatOut,
  latency,
  nullBroker,
  fanOut,
  match,
  memory,
  startUp,
  subscriptions,
  buffered,
]

/** By the name of the axis, the contender that all others are compared with. */
export function referencesOf(chosen: readonly Axis[]): Readonly<Record<string, string>> {
  return Object.fromEntries(chosen.flatMap(({ name, contenders: [first] }) => (first ? [[name, first]] : [])))
}
