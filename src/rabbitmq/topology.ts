import { maxDeliveries } from '../core/quarantine.ts'
import type { Member, Point } from '../core/transport.ts'
import type { Channel, QueueArguments } from './driver.ts'
import type { Names } from './names.ts'
import type { RabbitmqSettings } from './options.ts'
import { checkItem, declareItem, type Item, type QueueItem } from './topology-item.ts'
import { WaitLadder } from './wait-ladder.ts'

/** Generated names are good for one process, which takes its queue with it; a crash leaves it for half an hour. */
const generatedExpiresMs = 30 * 60 * 1_000

/** For whom it is. */
type Owner = Pick<Member, 'instance' | 'instanceIsGenerated'>

/** The topology as data. What it says of a queue's arguments is for ever: other ones are refused by the broker. */
export class Topology {
  readonly #settings: RabbitmqSettings
  readonly #names: Names
  readonly #member: Owner
  readonly ladder: WaitLadder

  constructor(settings: RabbitmqSettings, names: Names, member: Owner) {
    this.#settings = settings
    this.#names = names
    this.#member = member
    this.ladder = new WaitLadder(`${names.exchange}:wait`, names.deadLetters, (name, args) => this.#queue(name, args))
  }

  get exchange(): Item {
    return { kind: 'exchange', name: this.#names.exchange, type: 'topic', durable: this.#settings.durable }
  }

  get deadLetters(): QueueItem {
    // Browsing counts as delivery. A limit of -1 would mean none, but loses messages on RabbitMQ 3.10.
    return this.#queue(this.#names.deadLetters, { 'x-delivery-limit': 1_000_000 })
  }

  /** Where scheduled events come when they are due. */
  get schedulePlan(): readonly Item[] {
    const queue = this.#queue(this.#names.scheduled, { 'x-delivery-limit': 1_000_000 })
    return [this.exchange, queue, this.ladder.exitTo(queue.name)]
  }

  /** All that a point needs, in the order of declaration. */
  pointPlan(point: Point): readonly Item[] {
    const queue = this.#pointQueue(point)
    const lock: Item[] =
      point.kind === 'instance' && this.mayDeclare
        ? [{ kind: 'lock', name: this.#names.lockOf(this.#member.instance) }]
        : []
    return [...lock, this.exchange, this.deadLetters, queue, this.ladder.exitTo(queue.name)]
  }

  /** Declares the items, or looks whether they are there, as the settings say. Can be repeated. */
  async apply(items: readonly Item[], channel: Channel): Promise<void> {
    for (const item of items) await (this.mayDeclare ? declareItem(item, channel) : checkItem(item, channel))
  }

  /** Whether this user makes what is missing; else it only looks. */
  get mayDeclare(): boolean {
    return this.#settings.topology === 'declare'
  }

  #pointQueue(point: Point): QueueItem {
    const name = this.#names.queueOf(point, this.#member.instance)
    if (point.kind === 'group') return this.#queue(name, this.#workQueueArguments)
    const expires = this.#member.instanceIsGenerated ? generatedExpiresMs : this.#settings.instanceExpiresMs
    return this.#queue(name, { ...this.#workQueueArguments, 'x-single-active-consumer': true, 'x-expires': expires })
  }

  /** A crash loop ends in the dead letters; there, nothing is lost while they are full or away. */
  get #workQueueArguments(): QueueArguments {
    const deadLettering = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': this.#names.deadLetters }
    if (this.#settings.queueType === 'classic') return deadLettering
    return {
      ...deadLettering,
      // A limit of n allows n + 1.
      'x-delivery-limit': maxDeliveries - 1,
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
    }
  }

  #queue(name: string, args: QueueArguments): QueueItem {
    if (this.#settings.queueType === 'classic') {
      // Classic queues refuse what they do not know.
      const { 'x-delivery-limit': _limit, 'x-dead-letter-strategy': _strategy, ...rest } = args
      return { kind: 'queue', name, arguments: { 'x-queue-type': 'classic', ...rest } }
    }
    return {
      kind: 'queue',
      name,
      arguments: { 'x-queue-type': 'quorum', 'x-queue-leader-locator': 'balanced', ...args },
    }
  }
}
