/** How long a client takes from nothing to a connection that can publish, in a process of its own. */
import type { Measures } from '../axes/axis.ts'
import type { Contender, Place } from '../contenders/client.ts'
import type { Orders } from './end.ts'
import { onCommand } from './on-command.ts'

export interface StartUpOrders extends Orders {
  readonly place: Place
  /** What a program imports first. */
  readonly entry: string
}

const { module, place, entry } = JSON.parse(process.argv[2] ?? '') as StartUpOrders

await onCommand(async (): Promise<Measures> => {
  const importMs = await duration(() => import(entry))
  const { connect } = (await import(module)) as Contender
  const readyMs = await duration(async () => (await connect(place)).publisher())
  return { 'import ms': importMs, 'ms until it can publish': readyMs }
})

async function duration(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
