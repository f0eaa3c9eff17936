import { randomUUID } from 'node:crypto'
import { Names } from '../../src/rabbitmq/names.ts'
import { withinLimit } from '../../src/rabbitmq/within-limit.ts'
import { onChannel, removeTopologyOf } from '../../test/support/rabbitmq/topology.ts'
import { furtherQueue, pattern, type Place } from '../contenders/client.ts'
import { brokerPid } from './processor-time.ts'

/** At least one. */
export type Places = readonly [Place, ...Place[]]

/** What the bench has on the broker: an exchange of its own for each measurement, all removed in the end. */
export class Stage {
  /** Of the broker, where it runs on this machine. */
  readonly brokerPid: number | undefined
  readonly #url: string
  readonly #limitMs: number
  /** By exchange. */
  readonly #queues = new Map<string, readonly string[]>()

  constructor(url: string, limitSeconds: number) {
    this.brokerPid = brokerPid(url)
    this.#url = url
    this.#limitMs = limitSeconds * 1_000
  }

  /** Where nobody has been: one place on an exchange of its own for each instance, each with so many handlers. */
  places(prefetch: number, instances: number, handlers: number): Places {
    const exchange = `bench.${randomUUID().slice(0, 8)}`
    const places = upTo(instances).map((index) => placeOn(this.#url, exchange, prefetch, `bench-${index}`))
    const queues = places.flatMap((place) => upTo(handlers).map((handler) => furtherQueue(place, handler)))
    this.#queues.set(exchange, queues)
    return places as unknown as Places
  }

  /** A durable queue of that type, so that what is published there is stored. */
  async declare({ exchange, queue }: Place, type: 'classic' | 'quorum'): Promise<void> {
    const declaration = onChannel(this.#url, async (channel) => {
      await channel.assertExchange(exchange, 'topic', { durable: true })
      await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': type } })
      await channel.bindQueue(queue, exchange, pattern)
    })
    await withinLimit(declaration, this.#limitMs, `${queue} cannot be declared: the broker does not answer`)
  }

  /** Removes everything that is there. */
  async clear(): Promise<void> {
    for (const [exchange, queues] of this.#queues) {
      const removal = removeTopologyOf(this.#url, exchange, queues)
      await withinLimit(removal, this.#limitMs, `${exchange} cannot be removed: the broker does not answer`)
      this.#queues.delete(exchange)
    }
  }
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}

export function placeOn(url: string, exchange: string, prefetch: number, instance = 'bench'): Place {
  const queue = new Names(exchange).queueOf({ kind: 'instance' }, instance)
  return { url, exchange, instance, queue, prefetch }
}
