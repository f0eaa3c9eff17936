import { setTimeout as pause } from 'node:timers/promises'
import type { Publish } from '../contenders/client.ts'
import { dataOf, sharedClock } from '../payload.ts'
import type { ClientOrders } from './orders.ts'

/** As fast as it goes, with as many unconfirmed as ordered. */
export async function publishInLanes(publish: Publish, { events, inFlight }: ClientOrders): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < events) await publish(dataOf(next++))
  }
  await Promise.all(Array.from({ length: Math.min(inFlight, events) }, lane))
}

/** At a steady rate, each event with the time at which it left. What a late timer has missed goes out at once. */
export async function publishAtRate(publish: Publish, { events, ratePerSecond }: ClientOrders): Promise<void> {
  const started = performance.now()
  const confirms: Promise<unknown>[] = []
  while (confirms.length < events) {
    const due = Math.min(events, ((performance.now() - started) / 1_000) * ratePerSecond)
    while (confirms.length < due) confirms.push(publish(dataOf(confirms.length, sharedClock())))
    await pause(1)
  }
  await Promise.all(confirms)
}
