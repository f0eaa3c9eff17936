import { monitorEventLoopDelay } from 'node:perf_hooks'

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN
}

/** How many of so many things the work does in a second. */
export async function ratePerSecond(things: number, work: () => Promise<unknown> | void): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (1_000 * things) / (performance.now() - startedAt)
}

/** How long the work held up the event loop: the longest time, and the one that 99 of 100 stay below. */
export async function heldUp(work: () => Promise<unknown>): Promise<{ longestMs: number; p99Ms: number }> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await work()
  delay.disable()
  return { longestMs: delay.max / 1e6, p99Ms: delay.percentile(99) / 1e6 }
}
