import { OptionReader } from '../core/option-reader.ts'

export interface BatchingOptions {
  /** How many events leave as one message at the most. Default 100. */
  readonly maxEvents?: number | undefined
  /** How many bytes of them; an event that is larger leaves alone. Default 65,536. */
  readonly maxBytes?: number | undefined
}

/** {@link BatchingOptions}, checked and complete. */
export interface BatchLimits {
  readonly maxEvents: number
  readonly maxBytes: number
}

/** `undefined`: each event is a message of its own. */
export function readBatching(read: OptionReader): BatchLimits | undefined {
  const given = read.value('batching')
  if (given === undefined || given === false) return undefined
  if (read.value('format') === 'binary')
    throw read.refuse('batching', "is given beside the format 'binary'", "the format 'structured': a batch is JSON")
  const own = new OptionReader('rabbitmq: batching', given === true ? {} : given, ['maxEvents', 'maxBytes'])
  return {
    maxEvents: own.integer('maxEvents', { default: 100, min: 2, max: 10_000 }),
    maxBytes: own.integer('maxBytes', { default: 65_536, min: 1_024, max: 8_388_608 }),
  }
}
