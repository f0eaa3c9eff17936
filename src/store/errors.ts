import { EventBusError } from '../core/errors.ts'

/** For a driver whose transaction found the stream at another version. */
export function versionConflict(subject: string, expected: number, actual: number): EventBusError {
  const message = `The stream of subject '${subject}' is at version ${actual}, not ${expected}: somebody else wrote to it. Read it again and decide anew.`
  return new EventBusError('VERSION_CONFLICT', message)
}

/** For a query behind a position that the store has not reached. */
export function unknownPosition(position: number, last: number): EventBusError {
  const message = `Position ${position} is unknown: the store has reached ${last}. It is from another store, or this one was restored from a backup; read from a position that it has.`
  return new EventBusError('POSITION_UNKNOWN', message)
}

export function storeClosed(name: string): EventBusError {
  return new EventBusError('STORE_CLOSED', `The ${name} store is closed; make a new one.`)
}
