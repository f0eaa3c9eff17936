/** One contender that hands out events within a process, in a process of its own. */
import type { Measures } from '../axes/axis.ts'
import { onCommand } from '../end/on-command.ts'
import type { LocalContender } from './contender.ts'
import { emit } from './emit.ts'
import { matchAmongPatterns } from './matching.ts'
import type { LocalOrders } from './orders.ts'
import { memoryOfSubscriptions } from './subscriptions.ts'

const orders = JSON.parse(process.argv[2] ?? '') as LocalOrders
const contender = (await import(orders.module)) as LocalContender
const tasks: Record<LocalOrders['task'], () => Promise<Measures>> = {
  emit: () => emit(contender, orders.count),
  match: () => matchAmongPatterns(contender),
  subscriptions: () => memoryOfSubscriptions(contender, orders.count),
}
await onCommand(tasks[orders.task])
