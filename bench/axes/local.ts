import { type LocalName, locals, moduleOf } from '../contenders/registry.ts'
import type { LocalOrders } from '../local/orders.ts'
import type { Scene } from '../scene.ts'
import type { Axis, Measures } from './axis.ts'

const program = new URL('../local/main.ts', import.meta.url)
const manySubscriptions = 10_000

export const memory: Axis<LocalName> = {
  name: 'memory',
  about: 'within one process: one handler, each publish awaited',
  onBroker: false,
  contenders: locals,
  measure: (contender, scene) => ask(scene, contender, 'emit', scene.events),
}

/** Without eventemitter2, to which 100,000 patterns with wildcards cannot be added within minutes. */
export const match: Axis<LocalName> = {
  name: 'match',
  about: 'finding the handlers of an event among 10, 1,000 and 100,000 patterns',
  onBroker: false,
  contenders: ['qlobber', 'event-bus-memory'],
  measure: (contender, scene) => ask(scene, contender, 'match', 1),
}

/** Without moleculer, where a subscription is a service. */
export const subscriptions: Axis<LocalName> = {
  name: 'subscriptions',
  about: 'memory of a process with 10,000 subscriptions',
  onBroker: false,
  contenders: locals.filter((name) => name !== 'moleculer'),
  measure: (contender, scene) => ask(scene, contender, 'subscriptions', manySubscriptions),
}

async function ask(scene: Scene, contender: LocalName, task: LocalOrders['task'], count: number): Promise<Measures> {
  const orders: LocalOrders = { module: moduleOf(contender), task, count }
  return (await scene.startProgram<Measures>(program, orders)).run()
}
