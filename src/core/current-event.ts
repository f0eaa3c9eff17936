import { AsyncLocalStorage } from 'node:async_hooks'
import type { BusEvent } from './event.ts'

const eventInHand = new AsyncLocalStorage<BusEvent>()

/** Runs `work` as a part of handling `event`, whatever it awaits. */
export function whileHandling<T>(event: BusEvent, work: () => T): T {
  return eventInHand.run(event, work)
}

/** The event whose handler is running here; `undefined` outside of handlers. */
export function currentEvent(): BusEvent | undefined {
  return eventInHand.getStore()
}
