import type { UntypedBus } from './core/api.ts'
import { Bus } from './core/bus.ts'
import { type BusOptions, resolveBusOptions } from './core/options.ts'
import { memory } from './memory/index.ts'

export type EventBusOptions = Omit<BusOptions, 'transport'> & Partial<Pick<BusOptions, 'transport'>>

/** Makes a bus. Returns at once and connects in the background; `await bus.ready` where a program wants to wait. */
export function createEventBus(options: EventBusOptions): UntypedBus {
  return new Bus(resolveBusOptions({ ...options, transport: options.transport ?? memory() }, (event) => event))
}
