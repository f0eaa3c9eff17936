import { DeadLetterPager } from '../core/dead-letter-pager.ts'
import type { DiscardSettings, ListSettings, RedriveSettings } from '../core/dead-letter-options.ts'
import { DeadLetterRun } from '../core/dead-letter-run.ts'
import type { DeadLetterInfo, DeadLetterPage, DiscardReport, RedriveReport } from '../core/dead-letters.ts'
import { EventBusError } from '../core/errors.ts'
import { Pace } from '../core/pace.ts'
import { serializeData } from '../core/stamp.ts'
import type { DeadLetterStore } from '../core/transport.ts'
import type { MemoryBroker, MemoryDeadLetter } from './broker.ts'

const never: AbortSignal = new AbortController().signal

/** The dead letters of one broker in memory. */
export class MemoryDeadLetters implements DeadLetterStore {
  readonly #broker: MemoryBroker

  constructor(broker: MemoryBroker) {
    this.#broker = broker
  }

  async count(): Promise<number> {
    return this.#broker.deadLetters.length
  }

  async list(settings: ListSettings): Promise<DeadLetterPage> {
    const pager = new DeadLetterPager(settings)
    for (const letter of this.#broker.deadLetters) pager.add(infoOf(letter))
    return pager.page()
  }

  async redrive(settings: RedriveSettings): Promise<RedriveReport> {
    const { signal = never, ratePerSecond } = settings
    const pace = new Pace(ratePerSecond)
    const run = await this.#walk(settings, async (letter, info, run) => {
      await pace.turn(signal)
      // Another run may have taken it meanwhile.
      if (signal.aborted || !this.#broker.deadLetters.includes(letter)) return
      if (this.#broker.redrive(letter)) run.done()
      else run.failed(info, queueGone(info))
    })
    return run.redriveReport
  }

  async discard(settings: DiscardSettings): Promise<DiscardReport> {
    const run = await this.#walk(settings, (letter, _info, run) => {
      if (this.#broker.takeDeadLetter(letter)) run.done()
    })
    return run.discardReport
  }

  async #walk(
    settings: DiscardSettings,
    act: (letter: MemoryDeadLetter, info: DeadLetterInfo, run: DeadLetterRun) => void | Promise<void>,
  ): Promise<DeadLetterRun> {
    const letters = [...this.#broker.deadLetters]
    const run = new DeadLetterRun(settings, letters.length)
    for (const letter of letters) {
      if (run.isComplete || settings.signal?.aborted) break
      const info = infoOf(letter)
      if (run.looksAt(info)) await act(letter, info, run)
    }
    return run
  }
}

function queueGone({ event, queue }: DeadLetterInfo): EventBusError {
  const message = `The queue '${queue}' is gone; the dead letter of '${event?.id}' stays`
  return new EventBusError('PUBLISH_UNROUTABLE', message)
}

function infoOf({ id, message, queue, why, failedAt }: MemoryDeadLetter): DeadLetterInfo {
  const { event, firstFailedAt } = message
  const [, kind, name] = /^(instance|group):([^:]*)/.exec(queue) ?? []
  return {
    id,
    event,
    type: event.type,
    contentType: undefined,
    bytes: Buffer.byteLength(serializeData(event) ?? ''),
    reason: why.reason,
    queue,
    group: kind === 'group' ? name : undefined,
    handlers: why.handlers,
    error: { name: why.cause.name, message: why.cause.message, stack: why.cause.stack ?? '' },
    attempts: why.attempts,
    firstFailedAt: firstFailedAt ?? failedAt,
    failedAt,
    instance: kind === 'instance' ? name : undefined,
  }
}
