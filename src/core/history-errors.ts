import { EventBusError } from './errors.ts'

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
