import eventemitter2 from 'eventemitter2'
import type { LocalBus } from '../local/contender.ts'

const { EventEmitter2 } = eventemitter2
const options = { wildcard: true, delimiter: '.', maxListeners: 0 }

export function open(): LocalBus {
  const emitter = new EventEmitter2(options)
  return {
    subscribe: (pattern, handle) => void emitter.on(inItsWords(pattern), handle),
    publish: (type, data) => emitter.emitAsync(type, data),
  }
}

function inItsWords(pattern: string): string {
  return pattern.replaceAll('#', '**')
}
