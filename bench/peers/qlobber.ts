import qlobber from 'qlobber'
import type { LocalBus, Matcher } from '../local/contender.ts'

const { Qlobber } = qlobber

type Handle = (data: unknown) => void

/** A matcher alone: the handlers that it finds are called. */
export function open(): LocalBus {
  const handlers = new Qlobber<Handle>()
  return {
    subscribe: (pattern, handle) => void handlers.add(pattern, handle),
    async publish(type, data) {
      for (const handle of new Set(handlers.match(type))) handle(data)
    },
  }
}

export function matcher(): Matcher {
  const patterns = new Qlobber<number>()
  return { add: (pattern, value) => void patterns.add(pattern, value), match: (type) => patterns.match(type) }
}
