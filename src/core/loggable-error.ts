import { EventBusError, isEventBusError, type Issue } from './errors.ts'

/**
 * What a log may say of an error. What schemas say of data can quote it: of that the places are left. What a program's own
 * function for credentials throws can hold a secret: that is for who looks at the cause.
 */
export function loggable(error: Error): Error {
  if (isEventBusError(error, 'EVENT_INVALID')) return retold(error, `${whatOf(error)}: ${placesOf(error)}`)
  if (isEventBusError(error) && comesOfCredentials(error)) return retold(error, error.message)
  return error
}

function retold(error: EventBusError, message: string): EventBusError {
  const told = new EventBusError(error.code, message)
  told.stack = error.stack?.replace(error.message, () => message) ?? ''
  return told
}

function whatOf({ message }: Error): string {
  return message.split(': ', 1)[0] ?? ''
}

function placesOf({ issues = [] }: EventBusError): string {
  return issues.map(({ path }: Issue) => path.map(String).join('.') || 'the event').join('; ')
}

function comesOfCredentials(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return isEventBusError(error, 'CREDENTIALS_UNAVAILABLE') || comesOfCredentials(error.cause)
}
