import { type Clock, systemClock } from '../core/clock.ts'
import { OptionReader } from '../core/option-reader.ts'
import type { Transport } from '../core/transport.ts'
import { MemoryBroker, type MemoryDeadLetter } from './broker.ts'
import { MemorySession } from './session.ts'

export type { MemoryDeadLetter } from './broker.ts'

export interface MemoryOptions {
  /**
   * How many events may wait in one queue; beyond it publishes of what that queue wants reject. Who awaits each publish
   * gives the handlers their turn, and gets there only where these are slower. Default 1,000,000.
   */
  readonly maxQueuedEvents?: number | undefined
  /** Where delays come from, for tests; `testClock()` of `@appserver/event-bus/testing` is one. Default: the system's. */
  readonly clock?: Clock | undefined
}

/** A transport within this process, and what it keeps. */
export interface MemoryTransport extends Transport {
  /** Events that could not be handled, oldest first. */
  readonly deadLetters: readonly MemoryDeadLetter[]
}

/**
 * A transport within one process, for tests, for trying out, and for programs of one process: the same promises as
 * RabbitMQ, for as long as the process lives. Buses that are given the same one share its events.
 */
export function memory(options?: MemoryOptions): MemoryTransport {
  const read = new OptionReader('memory', options, ['maxQueuedEvents', 'clock'])
  const maxQueuedEvents = read.integer('maxQueuedEvents', { default: 1_000_000, min: 1, max: 100_000_000 })
  const broker = new MemoryBroker(
    maxQueuedEvents,
    read.instance('clock', 'an object with setTimeout', isClock) ?? systemClock,
  )
  return {
    name: 'memory',
    deadLetters: broker.deadLetters,
    join: (member) => new MemorySession(broker, member),
  }
}

function isClock(value: unknown): value is Clock {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Clock>).setTimeout === 'function'
}
