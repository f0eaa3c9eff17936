import { setImmediate as nextTurn } from 'node:timers/promises'

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN
}

/** How many of so many things the work does in a second. */
export async function ratePerSecond(things: number, work: () => Promise<unknown> | void): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (1_000 * things) / (performance.now() - startedAt)
}

/** What a piece of work took. */
export interface Cost {
  readonly wallMs: number
  /** Of this process, all its threads: what others do on the machine does not count. */
  readonly cpuMs: number
}

export async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const [startedAt, before] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(before)
  return { wallMs: performance.now() - startedAt, cpuMs: (user + system) / 1_000 }
}

/** How long turns of the event loop took while the work was done. */
export interface HeldUp {
  readonly longestMs: number
  /** 99 of 100 turns took less. */
  readonly p99Ms: number
  /** The most that one turn spent on the CPU: neither the disk nor other programs were to blame for that. */
  readonly longestCpuMs: number
}

/** Looks at the clocks once in each turn of the event loop while the work is done. */
export async function heldUp(work: () => Promise<unknown>): Promise<HeldUp> {
  const turns: number[] = []
  let [at, cpu, longestCpuMs] = [performance.now(), threadCpuMs(), 0]
  const look = (): void => {
    const [now, cpuNow] = [performance.now(), threadCpuMs()]
    turns.push(now - at)
    longestCpuMs = Math.max(longestCpuMs, cpuNow - cpu)
    ;[at, cpu] = [now, cpuNow]
  }
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      await nextTurn()
      look()
    }
  })()
  await work()
  isOver = true
  await watching
  const sorted = turns.toSorted((one, other) => one - other)
  return { longestMs: sorted.at(-1) ?? 0, p99Ms: sorted[Math.floor(0.99 * sorted.length)] ?? 0, longestCpuMs }
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}
