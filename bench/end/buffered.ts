/** How much a publisher grows by events that the broker does not take, in a process of its own. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Measures } from '../axes/axis.ts'
import type { Contender, Place } from '../contenders/client.ts'
import { dataOf } from '../payload.ts'
import type { Orders } from './end.ts'
import { onCommand } from './on-command.ts'

export interface BufferedOrders extends Orders {
  readonly place: Place
  readonly events: number
}

const { module, place, events } = JSON.parse(process.argv[2] ?? '') as BufferedOrders
const { connect } = (await import(module)) as Contender
const publish = await (await connect(place)).publisher()

await onCommand(async (): Promise<Measures> => {
  const before = process.memoryUsage.rss()
  const confirms = Array.from({ length: events }, (_, number) => publish(dataOf(number)))
  // None will come; and none may end the process when the connection does.
  for (const confirm of confirms) confirm.catch(() => {})
  await nextTurn()
  return { [`MB for ${events} events`]: (process.memoryUsage.rss() - before) / 1e6 }
})
