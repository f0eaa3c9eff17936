import type { UntypedBus } from '../../core/api.ts'
import type { EventInput } from '../../core/event.ts'
import { connected, openBus } from '../bus.ts'
import { plainLogger } from '../logger.ts'
import type { Target } from '../target.ts'
import { ServerSender } from './server-sender.ts'

/** Publishes events in the order of the calls. */
export interface Sender {
  /** Resolves when the event is confirmed. */
  send(event: EventInput): Promise<{ readonly id: string }>
  close(): Promise<void>
}

export interface SenderOptions {
  readonly source: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

const closeMs = 5_000

/** A sender that is connected, if it needs to be. */
export async function openSender(target: Target, options: SenderOptions): Promise<Sender> {
  if (target.kind === 'server') return new ServerSender(target, options)
  const bus = openBus(target, { source: options.source, logger: plainLogger() })
  try {
    await connected(bus, options.timeoutMs, options.signal)
    return new BusSender(bus, options.timeoutMs)
  } catch (error) {
    await bus.close({ timeoutMs: 0 })
    throw error
  }
}

class BusSender implements Sender {
  readonly #bus: UntypedBus
  readonly #timeoutMs: number

  constructor(bus: UntypedBus, timeoutMs: number) {
    this.#bus = bus
    this.#timeoutMs = timeoutMs
  }

  send(event: EventInput): Promise<{ readonly id: string }> {
    return this.#bus.publish(event, { timeoutMs: this.#timeoutMs })
  }

  async close(): Promise<void> {
    await this.#bus.close({ timeoutMs: closeMs })
  }
}
