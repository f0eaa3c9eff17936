import { EventBusError } from '../core/errors.ts'
import { settledBy } from '../core/settled.ts'

/** Rejects with `BROKER_TIMEOUT` if the work takes longer. */
export async function withinLimit<T>(work: Promise<T>, limitMs: number, message: string): Promise<T> {
  if (await settledBy(work, Date.now() + limitMs)) return work
  throw new EventBusError('BROKER_TIMEOUT', message)
}
