import Emittery from 'emittery'
import type { LocalBus } from '../local/contender.ts'

/** Knows no patterns: `*` stands for one type. */
export function open(): LocalBus {
  const emitter = new Emittery<Record<string, unknown>>()
  return {
    subscribe: (pattern, handle) => void emitter.on(pattern.replaceAll('*', 'event'), ({ data }) => handle(data)),
    publish: (type, data) => emitter.emit(type, data),
  }
}
