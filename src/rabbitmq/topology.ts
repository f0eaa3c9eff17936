import { EventBusError } from '../core/errors.ts'
import type { Member, Point } from '../core/transport.ts'
import { type Channel, explainReply, type QueueArguments, replyCode } from './driver.ts'
import type { Names } from './names.ts'
import type { RabbitmqSettings } from './options.ts'

/** One thing that must be on the broker. */
export type Item =
  | { readonly kind: 'exchange'; readonly name: string; readonly durable: boolean }
  | { readonly kind: 'queue'; readonly name: string; readonly arguments: QueueArguments }
  | { readonly kind: 'lock'; readonly name: string }

/** Generated names are good for one process, which takes its queue with it; a crash leaves it for half an hour. */
const generatedExpiresMs = 30 * 60 * 1_000

/** The topology as data. What it says of a queue's arguments is for ever: other ones are refused by the broker. */
export class Topology {
  readonly #settings: RabbitmqSettings
  readonly #names: Names
  readonly #member: Member

  constructor(settings: RabbitmqSettings, names: Names, member: Member) {
    this.#settings = settings
    this.#names = names
    this.#member = member
  }

  get exchange(): Item {
    return { kind: 'exchange', name: this.#names.exchange, durable: this.#settings.durable }
  }

  get deadLetters(): Item {
    // Browsing counts as delivery. A limit of -1 would mean none, but loses messages on RabbitMQ 3.10.
    return this.#queue(this.#names.deadLetters, { 'x-delivery-limit': 1_000_000 })
  }

  /** All that a point needs, in the order of declaration. */
  pointPlan(point: Point): readonly Item[] {
    const queue = this.#pointQueue(point)
    const lock: Item[] =
      point.kind === 'instance' && this.#mayDeclare
        ? [{ kind: 'lock', name: this.#names.lockOf(this.#member.instance) }]
        : []
    return [...lock, this.exchange, this.deadLetters, queue]
  }

  /** Declares the items, or looks whether they are there, as the settings say. Can be repeated. */
  async apply(items: readonly Item[], channel: Channel): Promise<void> {
    for (const item of items) {
      try {
        await (this.#mayDeclare ? declare(item, channel) : check(item, channel))
      } catch (error) {
        throw explain(error, item, this.#mayDeclare)
      }
    }
  }

  get #mayDeclare(): boolean {
    return this.#settings.topology === 'declare'
  }

  #pointQueue(point: Point): Item {
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
      'x-delivery-limit': 20,
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
    }
  }

  #queue(name: string, args: QueueArguments): Item {
    if (this.#settings.queueType === 'classic') {
      const { 'x-delivery-limit': _onlyForQuorum, ...rest } = args
      return { kind: 'queue', name, arguments: { 'x-queue-type': 'classic', ...rest } }
    }
    return {
      kind: 'queue',
      name,
      arguments: { 'x-queue-type': 'quorum', 'x-queue-leader-locator': 'balanced', ...args },
    }
  }
}

async function declare(item: Item, channel: Channel): Promise<void> {
  if (item.kind === 'exchange') await channel.assertExchange(item.name, 'topic', { durable: item.durable })
  else if (item.kind === 'queue') await channel.assertQueue(item.name, { durable: true, arguments: item.arguments })
  else await channel.assertQueue(item.name, { durable: false, exclusive: true })
}

async function check(item: Item, channel: Channel): Promise<void> {
  if (item.kind === 'exchange') await channel.checkExchange(item.name)
  else await channel.checkQueue(item.name)
}

function explain(error: unknown, item: Item, declaring: boolean): EventBusError {
  const what = `${declaring ? 'declare' : 'find'} the ${item.kind} '${item.name}'`
  if (item.kind === 'lock' && replyCode(error) === 405) {
    const message = `Another process goes by this instance's name (it holds the queue '${item.name}'); this one stands by until it is gone. Give each process its own 'instance'.`
    return new EventBusError('INSTANCE_NAME_IN_USE', message, { cause: error })
  }
  const explained = explainReply(error, what)
  if (explained.code !== 'TOPOLOGY_MISMATCH') return explained
  const advice =
    'The broker keeps the properties that it was made with: delete it there when it is empty, or use another exchangeName or queueType.'
  return new EventBusError(explained.code, `${explained.message}. ${advice}`, { cause: error })
}
