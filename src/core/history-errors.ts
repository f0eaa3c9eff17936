import { EventBusError } from './errors.ts'
import { maxDeliveries } from './quarantine.ts'

/** For a bus without a store. */
export function storeMissing(what: string): EventBusError {
  const message = `Cannot ${what}: the bus has no event store. Give createEventBus a 'store'.`
  return new EventBusError('STORE_MISSING', message)
}

/** For a reader who wants to go on behind a position that the store has not reached. */
export function unknownPosition(position: number, last: number): EventBusError {
  const message = `Position ${position} is unknown: the store has reached ${last}. It is from another store, or this one was restored from a backup; read from a position that it has.`
  return new EventBusError('POSITION_UNKNOWN', message)
}

/** For health. */
export function notRecorded(id: string): string {
  return `The event '${id}' and what came after it arrived, but is not in the store: is it recorded by recordEvents, or by the 'store' of its publisher?`
}

/** For the log. */
export function diedOver(name: string, deaths: number): string {
  return `The process has ended ${deaths} times in a row while '${name}' handled events, and one of them may be why: they run one at a time for now. After ${maxDeliveries} times it goes to the dead letters`
}
