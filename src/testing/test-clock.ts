import type { Clock } from '../core/clock.ts'

/** A clock that stands still until a test moves it. */
export interface TestClock extends Clock {
  /** Moves on by `ms`; what falls due is called in order of its time. */
  advance(ms: number): void
  /** How many calls are due later. */
  readonly pending: number
}

interface Due {
  readonly at: number
  readonly work: () => void
}

/** For `memory({ clock: testClock() })`: delays pass when the test says so. */
export function testClock(): TestClock {
  let now = 0
  const dues = new Set<Due>()
  const nextUntil = (limit: number): Due | undefined =>
    [...dues].filter(({ at }) => at <= limit).sort((one, other) => one.at - other.at)[0]
  return {
    get pending() {
      return dues.size
    },
    setTimeout(work, ms) {
      const due = { at: now + ms, work }
      dues.add(due)
      return { cancel: () => void dues.delete(due), unref: () => {} }
    },
    advance(ms) {
      const limit = now + ms
      for (let due = nextUntil(limit); due; due = nextUntil(limit)) {
        dues.delete(due)
        now = due.at
        due.work()
      }
      now = limit
    },
  }
}
