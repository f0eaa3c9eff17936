import { toJson } from '../../core/cloud-events.ts'
import { connected, openBus } from '../bus.ts'
import { plainLogger } from '../logger.ts'
import { aborted } from '../signals.ts'
import type { BrokerTarget } from '../target.ts'
import type { FollowOptions } from './follow.ts'

const closeMs = 5_000

/** Follows events on RabbitMQ, over a queue that goes when this ends. The bus itself reconnects, and misses nothing then. */
export async function followBus(target: BrokerTarget, options: FollowOptions): Promise<void> {
  const { patterns, printer, signal, timeoutMs, onReady } = options
  const bus = openBus(target, { source: 'event-bus-cli', logger: plainLogger() })
  try {
    bus.on('gap', ({ kind, reason }) => {
      if (kind === 'loss') process.stderr.write(`event-bus: events may have been missed: ${reason}\n`)
    })
    const subscription = bus.subscribe(patterns, (event) => printer.write(event, () => toJson(event)), { name: 'tail' })
    await connected(bus, timeoutMs, signal)
    if (!signal.aborted) await Promise.race([subscription.ready.then(onReady), aborted(signal)])
    await aborted(signal)
  } finally {
    await bus.close({ timeoutMs: closeMs })
  }
}
