import type { UntypedBus } from '../core/api.ts'
import type { EventStore } from '../core/event-store.ts'
import type { Logger } from '../core/logger.ts'
import { settledBy } from '../core/settled.ts'
import type { Transport } from '../core/transport.ts'
import { createEventBus } from '../create-event-bus.ts'
import { createMultiClusterBus } from '../create-multi-cluster-bus.ts'
import { rabbitmq } from '../rabbitmq/index.ts'
import type { BrokerPlace } from './clusters-file.ts'
import { Failure } from './failure.ts'
import { aborted } from './signals.ts'
import type { BrokerTarget } from './target.ts'

export interface BusSettings {
  readonly source: string
  readonly instance?: string | undefined
  readonly logger: Logger
  readonly store?: EventStore | undefined
}

/** A bus on RabbitMQ, or without a target one that lives in this process only. */
export function openBus(target: BrokerTarget | undefined, settings: BusSettings): UntypedBus {
  if (!target) return createEventBus(settings)
  if (target.kind === 'rabbitmq') return createEventBus({ ...settings, transport: transportTo(target) })
  const clusters = target.clusters.map((place) => ({ name: place.name, transport: transportTo(place) }))
  return createMultiClusterBus({ ...settings, clusters, publishPolicy: target.publishPolicy })
}

function transportTo({ amqpUrl, exchange, queueType }: BrokerPlace): Transport {
  return rabbitmq({ url: amqpUrl, exchangeName: exchange, queueType })
}

/**
 * Resolves when the bus is connected, or the signal aborts. Rejects with the broker's refusal, or with the last fault
 * when time is over.
 */
export async function connected(bus: UntypedBus, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const isOver = await settledBy(Promise.race([bus.ready, aborted(signal)]), Date.now() + timeoutMs)
  if (!isOver) throw await notConnected(bus, timeoutMs)
  if (!signal.aborted) await bus.ready
}

async function notConnected(bus: UntypedBus, timeoutMs: number): Promise<Failure> {
  const { checks } = await bus.healthCheck()
  const told = Object.values(checks).filter(({ output }) => output !== undefined)
  const why = (told.find(({ status }) => status === 'fail') ?? told[0])?.output
  return new Failure('CONNECTION_FAILED', `not connected within ${timeoutMs / 1_000} s${why ? `: ${why}` : ''}`)
}
