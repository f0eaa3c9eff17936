import type { Transport } from '../../src/core/transport.ts'
import { memory } from '../../src/memory/index.ts'
import type { TransportHarness } from '../../src/testing/index.ts'
import { fastClock } from '../support/fast-clock.ts'

/** Each space is a memory of its own; `wrap` can put something around what its buses join. */
export function memoryHarness(
  wrap: (transport: Transport) => Transport,
  deadlineMs?: number,
  speed: number = fast,
): TransportHarness {
  return {
    deadlineMs,
    speed,
    async open() {
      const shared = memory({ clock: fastClock(speed) })
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
const fast = 100
