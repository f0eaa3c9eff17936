import { type Clock, systemClock } from '../../src/core/clock.ts'
import type { Transport } from '../../src/core/transport.ts'
import { memory } from '../../src/memory/index.ts'
import type { TransportHarness } from '../../src/testing/index.ts'

/** Each space is a memory of its own; `wrap` can put something around what its buses join. */
export function memoryHarness(wrap: (transport: Transport) => Transport, deadlineMs?: number): TransportHarness {
  return {
    deadlineMs,
    speed,
    async open() {
      const shared = memory({ clock: fastClock() })
      const transport = wrap(shared)
      return {
        transport: () => transport,
        deadLetters: async () =>
          shared.deadLetters.map(({ message: { event }, why: { reason, handlers, attempts } }) => ({
            id: event.id,
            type: event.type,
            reason,
            handlers,
            attempts,
          })),
        close: async () => {},
      }
    },
  }
}

/** Delays are whole seconds; what a broken transport never does is waited for less than one. */
const speed = 100

/** What is due comes in order, however late: Node's timers of different durations do not after a pause of the process. */
function fastClock(): Clock {
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
