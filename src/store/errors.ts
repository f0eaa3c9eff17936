import { EventBusError } from '../core/errors.ts'

export { unknownPosition } from '../core/history-errors.ts'

/** For a driver whose transaction found the stream at another version. */
export function versionConflict(subject: string, expected: number, actual: number): EventBusError {
  const message = `The stream of subject '${subject}' is at version ${actual}, not ${expected}: somebody else wrote to it. Read it again and decide anew.`
  return new EventBusError('VERSION_CONFLICT', message)
}

export function storeClosed(name: string): EventBusError {
  return new EventBusError('STORE_CLOSED', `The ${name} store is closed; make a new one.`)
}
