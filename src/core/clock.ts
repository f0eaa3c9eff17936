/** A call that is due later. */
export interface Timer {
  cancel(): void
  /** Lets the process end before it. */
  unref(): void
}

/** Where delays come from; tests bring one that they can move. */
export interface Clock {
  setTimeout(work: () => void, ms: number): Timer
}

/** Node's timers fire at once for anything longer. */
const longestTimeoutMs = 2 ** 31 - 1

/** The time of the system, for delays of any length. */
export const systemClock: Clock = {
  setTimeout(work, ms) {
    const timer: SystemTimer = { handle: undefined, refed: true }
    arm(timer, work, ms)
    return {
      cancel: () => clearTimeout(timer.handle),
      unref: () => {
        timer.refed = false
        timer.handle?.unref()
      },
    }
  },
}

interface SystemTimer {
  handle: NodeJS.Timeout | undefined
  refed: boolean
}

function arm(timer: SystemTimer, work: () => void, ms: number): void {
  const step = Math.min(ms, longestTimeoutMs)
  timer.handle = setTimeout(() => (step === ms ? work() : arm(timer, work, ms - step)), step)
  if (!timer.refed) timer.handle.unref()
}
