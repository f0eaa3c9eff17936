import { randomUUID } from 'node:crypto'
import { asError, EventBusError } from '../../core/errors.ts'
import { type Channel, type Connection, explainReply } from '../driver.ts'
import type { Names } from '../names.ts'
import type { RabbitmqSettings } from '../options.ts'
import { onScratchChannel, questionMs } from '../scratch-channel.ts'
import type { Topology } from '../topology.ts'

/** What the checks of one broker share. */
export interface Examined {
  readonly connection: Connection
  readonly settings: RabbitmqSettings
  readonly names: Names
  readonly topology: Topology
  readonly instance: string
  /** Whether a queue that looks empty and unused is asked for an event, to see whether it answers at all. */
  readonly probes: boolean
  /** When the whole has to be over, in ms since the epoch. */
  readonly deadline: number
}

/** Who is asked, and until when. */
type Asked = Pick<Examined, 'connection' | 'deadline'>

/** Asks on a channel of its own, within the limits. Rejects with the `EventBusError` that the answer stands for. */
export async function ask<T>(
  { connection, deadline }: Asked,
  what: string,
  question: (channel: Channel) => Promise<T>,
): Promise<T> {
  const limitMs = Math.max(1, Math.min(questionMs, deadline - Date.now()))
  try {
    return await onScratchChannel(connection, question, limitMs)
  } catch (error) {
    throw explainReply(error, what)
  }
}

/** {@link ask}, with the broker's "no" as an answer. */
export async function answerTo<T>(
  asked: Asked,
  what: string,
  question: (channel: Channel) => Promise<T>,
): Promise<T | EventBusError> {
  try {
    return await ask(asked, what, question)
  } catch (error) {
    return error instanceof EventBusError ? error : new EventBusError('BROKER_ERROR', asError(error).message)
  }
}

/** A name under the exchange's prefix that nothing on the broker has. */
export function unusedName({ names }: Examined): string {
  return `${names.exchange}:doctor:${randomUUID()}`
}
