import { EventBusError } from '../core/errors.ts'
import { printable } from './printable.ts'

/** What the process answers to the shell. A signal that cuts work short adds its number to 128. */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const

/** The command line is wrong; nothing was done. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Something failed that is no error of the bus itself: a server that does not answer, a file that is not there. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** An error in the words that people and programs get. */
export interface Fault {
  readonly code: string
  readonly message: string
  /** Of the event that it is about, if it has one: publish it again under the same. */
  readonly id?: string
}

export function faultOf(error: unknown): Fault {
  if (error instanceof Failure) return { code: error.code, message: error.message }
  if (error instanceof EventBusError) return { code: error.code, message: error.message, ...idOf(error.event) }
  return { code: 'UNEXPECTED', message: error instanceof Error ? error.message : String(error) }
}

function idOf(event: object | undefined): { id?: string } {
  const id = event && 'id' in event ? event.id : undefined
  return typeof id === 'string' ? { id } : {}
}

/** One line for stderr, whatever the message holds. */
export function faultLine({ code, message }: Fault): string {
  return `event-bus: ${code}: ${printable(message.replaceAll(/\s*\n\s*/g, ' '))}\n`
}

const faultsOfEvents = new Set([
  'EVENT_TYPE_INVALID',
  'EVENT_INVALID',
  'EVENT_NOT_SERIALIZABLE',
  'EVENT_TOO_LARGE',
  'PUBLISH_UNROUTABLE',
])

/** Whether the fault is the event's own, so that the next one may well succeed. */
export function isFaultOfEvent({ code }: Fault): boolean {
  return faultsOfEvents.has(code)
}
