import { randomUUID } from 'node:crypto'
import { Names } from '../../src/rabbitmq/names.ts'
import { withinLimit } from '../../src/rabbitmq/within-limit.ts'
import { onChannel, removeTopologyOf } from '../../test/support/rabbitmq/topology.ts'
import { instance, pattern, type Place } from '../contenders/client.ts'
import { brokerPid } from './processor-time.ts'

const limitMs = 60_000

/** What the bench has on the broker: an exchange of its own for each measurement, all removed in the end. */
export class Stage {
  /** Of the broker, where it runs on this machine. */
  readonly brokerPid: number | undefined
  readonly #url: string
  readonly #places = new Set<Place>()

  constructor(url: string) {
    this.brokerPid = brokerPid(url)
    this.#url = url
  }

  /** A place that nobody has used. */
  place(prefetch: number): Place {
    const exchange = `bench.${randomUUID().slice(0, 8)}`
    const place = { url: this.#url, exchange, queue: queueOf(exchange), prefetch }
    this.#places.add(place)
    return place
  }

  /** A durable queue of that type, so that what is published there is stored. */
  async declare({ exchange, queue }: Place, type: 'classic' | 'quorum'): Promise<void> {
    const declaration = onChannel(this.#url, async (channel) => {
      await channel.assertExchange(exchange, 'topic', { durable: true })
      await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': type } })
      await channel.bindQueue(queue, exchange, pattern)
    })
    await withinLimit(declaration, limitMs, `${queue} cannot be declared: the broker does not answer`)
  }

  async remove(place: Place): Promise<void> {
    const removal = removeTopologyOf(this.#url, place.exchange, [place.queue])
    await withinLimit(
      removal,
      limitMs,
      `${place.exchange} and its queues cannot be removed: the broker does not answer`,
    )
    this.#places.delete(place)
  }

  async removeAll(): Promise<void> {
    for (const place of this.#places) await this.remove(place)
  }
}

/** The name that the bus gives to the queue of an instance. */
export function queueOf(exchange: string): string {
  return new Names(exchange).queueOf({ kind: 'instance' }, instance)
}
