import { type Clock, systemClock } from '../../src/core/clock.ts'

/**
 * A clock so many times as fast as the system's. What is due comes in order, however late: Node's timers of different
 * durations do not after a pause of the process.
 */
export function fastClock(speed: number): Clock {
  const dues = new Set<{ readonly at: number; readonly work: () => void }>()
  const runUntil = (limit: number): void => {
    const late = [...dues].filter(({ at }) => at <= limit).sort((one, other) => one.at - other.at)
    for (const due of late) if (dues.delete(due)) due.work()
  }
  return {
    setTimeout(work, ms) {
      const due = { at: performance.now() + ms / speed, work }
      dues.add(due)
      const timer = systemClock.setTimeout(() => runUntil(due.at), ms / speed)
      const cancel = (): void => {
        dues.delete(due)
        timer.cancel()
      }
      return { cancel, unref: () => timer.unref() }
    },
  }
}
