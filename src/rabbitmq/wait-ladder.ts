import { createHash } from 'node:crypto'
import type { QueueArguments } from './driver.ts'
import type { Item, QueueItem } from './topology-item.ts'

/** Levels 0 to 25: delays of 1 to 2^25 seconds. */
export const topLevel = 25

/** Nothing is lost on the way from one level to the next. */
const waitArguments = { 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' }

/**
 * Delays of any length, without a plugin and without one message holding up another: a level for each bit of the delay in
 * seconds. The queue of level k keeps a message for 2^k seconds; the levels are chained by topic exchanges which read
 * the bits of the delay, highest first, in the routing key, so that a message waits only where its bit is 1. Behind the
 * lowest level it is delivered to the queue that the last word of the routing key stands for.
 */
export class WaitLadder {
  readonly #prefix: string
  readonly #deadLetters: string
  readonly #queue: (name: string, args: QueueArguments) => QueueItem

  /** `queue` makes the item of a queue as all of this bus's are made. */
  constructor(prefix: string, deadLetters: string, queue: (name: string, args: QueueArguments) => QueueItem) {
    this.#prefix = prefix
    this.#deadLetters = deadLetters
    this.#queue = queue
  }

  /** All that delays below 2^(level + 1) seconds need, in the order of declaration. */
  plan(level: number): readonly Item[] {
    const levels = Array.from({ length: level + 1 }, (_, index) => this.#levelPlan(index))
    return [...this.#exitPlan, ...levels.flat()]
  }

  /** Lets a queue be the goal of a delay. */
  exitTo(queue: string): Item {
    return {
      kind: 'queueBinding',
      queue,
      exchange: this.#exit,
      pattern: `${'*.'.repeat(topLevel + 1)}${wordFor(queue)}`,
    }
  }

  /** Where to publish what shall reach the queue after so many seconds, 1 at least. */
  route(seconds: number, queue: string): { exchange: string; routingKey: string } {
    const bits = seconds.toString(2).padStart(topLevel + 1, '0')
    return { exchange: this.#nameOf(levelOf(seconds)), routingKey: `${Array.from(bits).join('.')}.${wordFor(queue)}` }
  }

  get #exit(): string {
    return `${this.#prefix}:exit`
  }

  #nameOf(level: number): string {
    return `${this.#prefix}:${level}`
  }

  /** What waited for a queue that is gone meanwhile goes to the dead letters; it would block the ladder otherwise. */
  get #exitPlan(): readonly Item[] {
    const lost = `${this.#prefix}:lost`
    return [
      { kind: 'exchange', name: lost, type: 'fanout', durable: true },
      { kind: 'queueBinding', queue: this.#deadLetters, exchange: lost, pattern: '' },
      { kind: 'exchange', name: this.#exit, type: 'topic', durable: true, alternate: lost },
    ]
  }

  #levelPlan(level: number): readonly Item[] {
    const name = this.#nameOf(level)
    const next = level === 0 ? this.#exit : this.#nameOf(level - 1)
    const higherBits = '*.'.repeat(topLevel - level)
    return [
      { kind: 'exchange', name, type: 'topic', durable: true },
      this.#queue(name, { ...waitArguments, 'x-message-ttl': 1_000 * 2 ** level, 'x-dead-letter-exchange': next }),
      { kind: 'queueBinding', queue: name, exchange: name, pattern: `${higherBits}1.#` },
      { kind: 'exchangeBinding', to: next, from: name, pattern: `${higherBits}0.#` },
    ]
  }
}

/** The highest level that a delay waits on. */
export function levelOf(seconds: number): number {
  return 31 - Math.clz32(seconds)
}

/** A queue's name has dots and wildcards of its own, and more bytes than a routing key has left: a hash has neither. */
function wordFor(queue: string): string {
  return createHash('sha256').update(queue).digest('hex').slice(0, 40)
}
