import type { Clock, Timer } from '../core/clock.ts'
import { EventBusError } from '../core/errors.ts'
import type { BusEvent } from '../core/event.ts'
import { deepFreeze } from '../core/freeze.ts'
import { PatternTrie } from '../core/pattern-trie.ts'
import type {
  Copy,
  DeadLetterCopy,
  ForwardRequest,
  Member,
  Point,
  PublishRequest,
  ReplayRequest,
} from '../core/transport.ts'
import { InstanceNames } from './instance-names.ts'
import { MemoryQueue, prefetch, type Message } from './queue.ts'

/** An event that could not be handled, and why. */
export interface MemoryDeadLetter {
  readonly id: string
  readonly message: Message
  readonly queue: string
  readonly why: DeadLetterCopy
  /** RFC 3339. */
  readonly failedAt: string
}

/** How long the queue of an instance that has left is kept, as on RabbitMQ. */
const namedLeaseMs = 24 * 60 * 60 * 1000

/** One topic exchange with its queues, in this process: what `memory()` shares among the buses that join it. */
export class MemoryBroker {
  readonly #bindings = new PatternTrie<MemoryQueue>()
  readonly #queues = new Map<string, MemoryQueue>()
  readonly #patterns = new Map<string, Set<string>>()
  readonly #leases = new Map<string, Timer>()
  readonly #maxQueuedEvents: number
  readonly #fillingAt: number
  readonly #deadLetters: MemoryDeadLetter[] = []
  #deadLetterCount = 0
  readonly names: InstanceNames = new InstanceNames()

  readonly #clock: Clock
  /** Retries and scheduled events that are not due yet. */
  readonly #timers = new Set<Timer>()
  readonly #members = new Set<Member>()

  constructor(maxQueuedEvents: number, clock: Clock) {
    this.#maxQueuedEvents = maxQueuedEvents
    this.#fillingAt = Math.min(prefetch, maxQueuedEvents / 2)
    this.#clock = clock
  }

  join(member: Member): void {
    this.#members.add(member)
  }

  /** What is due later keeps the process alive for as long as somebody is there to get it. */
  leave(member: Member): void {
    this.#members.delete(member)
    if (this.#members.size === 0) for (const timer of this.#timers) timer.unref()
  }

  get deadLetters(): readonly MemoryDeadLetter[] {
    return this.#deadLetters
  }

  /** Takes a letter away; answers whether it was still there. */
  takeDeadLetter(letter: MemoryDeadLetter): boolean {
    const index = this.#deadLetters.indexOf(letter)
    if (index !== -1) this.#deadLetters.splice(index, 1)
    return index !== -1
  }

  /** Sends a letter back to its queue, for the handlers that failed; answers false and keeps it if the queue is gone. */
  redrive(letter: MemoryDeadLetter): boolean {
    const queue = this.#queues.get(letter.queue)
    if (!queue) return false
    const { event, replay, home } = letter.message
    const { handlers } = letter.why
    const message = { event, redelivered: false, attempts: 0, ...(replay && { replay }), ...(home && { home }) }
    this.takeDeadLetter(letter)
    queue.push({ ...message, ...(handlers.length > 0 && { handlers }) })
    return true
  }

  /**
   * Puts the event in every queue that wants it, or in none; a scheduled one when it is due. Answers whether a
   * queue fills: then its handlers should have a turn before the next event comes.
   */
  publish(request: PublishRequest): boolean {
    const { event, options } = request
    if (options.afterMs > 0) {
      this.#later(options.afterMs, () => this.#due(request))
      return false
    }
    const queues = this.#queuesFor(event.type)
    if (queues.length === 0 && options.requireRoute) {
      throw new EventBusError('PUBLISH_UNROUTABLE', `No queue wants the event '${event.type}'; it was not stored`)
    }
    for (const queue of queues) this.#refuseIfFull(queue)
    this.#store(request, queues)
    return queues.some(({ size }) => size >= this.#fillingAt)
  }

  /** Puts a recorded event into the one queue. */
  replay({ event, dataJson, point }: ReplayRequest): void {
    const queue = this.#queues.get(nameOf(point, ''))
    if (!queue) {
      const message = `There is no queue of the group '${point.group}' for '${point.pattern}'; the event '${event.id}' was not stored`
      throw new EventBusError('PUBLISH_UNROUTABLE', message)
    }
    this.#refuseIfFull(queue)
    queue.push({ event: shareable(event, dataJson), redelivered: false, attempts: 0, replay: true })
  }

  /** Stores copies of what did not come from the queue. */
  forwardFrom({ event, dataJson, point, copies }: ForwardRequest, instance: string): void {
    const queue = this.queueFor(point, instance)
    const message = { event: shareable(event, dataJson), redelivered: false, attempts: 0 }
    for (const copy of copies) this.#forward(message, copy, queue)
  }

  #due(request: PublishRequest): void {
    this.#store(request, this.#queuesFor(request.event.type))
    for (const { onDue } of this.#members) if (onDue) return onDue(request)
  }

  #store({ event, dataJson, home }: PublishRequest, queues: readonly MemoryQueue[]): void {
    if (queues.length === 0) return
    const message = { event: shareable(event, dataJson), redelivered: false, attempts: 0, ...(home && { home }) }
    for (const queue of queues) queue.push(message)
  }

  /** Each once, however many of its patterns match. */
  #queuesFor(type: string): readonly MemoryQueue[] {
    const queues = this.#bindings.match(type)
    return queues.length > 1 ? Array.from(new Set(queues)) : queues
  }

  hasQueueFor(point: Point, instance: string): boolean {
    return this.#queues.has(nameOf(point, instance))
  }

  /** The point's queue, made if it is missing. */
  queueFor(point: Point, instance: string): MemoryQueue {
    const name = nameOf(point, instance)
    this.#leases.get(name)?.cancel()
    const known = this.#queues.get(name)
    if (known) return known
    const queue: MemoryQueue = new MemoryQueue({
      name,
      singleActiveConsumer: point.kind === 'instance',
      onForward: (message, copy) => this.#forward(message, copy, queue),
    })
    this.#queues.set(name, queue)
    this.#patterns.set(name, new Set())
    return queue
  }

  bind(queue: MemoryQueue, pattern: string): void {
    this.#patterns.get(queue.name)?.add(pattern)
    this.#bindings.add(pattern, queue)
  }

  unbind(queue: MemoryQueue, pattern: string): void {
    this.#patterns.get(queue.name)?.delete(pattern)
    this.#bindings.delete(pattern, queue)
  }

  /** What remains of an instance that has left: nothing if its name was generated, else its queue, for a while. */
  leaveInstance(queue: MemoryQueue, { instanceIsGenerated }: Member): void {
    if (queue.consumerCount > 0) return
    if (instanceIsGenerated) this.#delete(queue)
    else this.#lease(queue, namedLeaseMs)
  }

  #lease(queue: MemoryQueue, ms: number): void {
    const timer = this.#clock.setTimeout(() => this.#delete(queue), ms)
    timer.unref()
    this.#leases.set(queue.name, timer)
  }

  #delete(queue: MemoryQueue): void {
    for (const pattern of this.#patterns.get(queue.name) ?? []) this.#bindings.delete(pattern, queue)
    this.#patterns.delete(queue.name)
    this.#queues.delete(queue.name)
  }

  #forward(message: Message, copy: Copy, queue: MemoryQueue): void {
    const failedAt = new Date().toISOString()
    if (copy.kind === 'deadLetter') {
      // Sorts like the letters themselves, which can be many in a millisecond.
      const id = `letter-${String(++this.#deadLetterCount).padStart(12, '0')}`
      this.#deadLetters.push({ id, message, queue: queue.name, why: copy, failedAt })
      return
    }
    const { attempts, handlers } = copy
    const firstFailedAt = message.firstFailedAt ?? failedAt
    this.#later(copy.afterMs, () => queue.push({ ...message, redelivered: false, attempts, handlers, firstFailedAt }))
  }

  #later(ms: number, work: () => void): void {
    const timer = this.#clock.setTimeout(() => {
      this.#timers.delete(timer)
      work()
    }, ms)
    this.#timers.add(timer)
  }

  #refuseIfFull(queue: MemoryQueue): void {
    if (queue.size < this.#maxQueuedEvents) return
    const message = `The queue '${queue.name}' holds ${queue.size} events (maxQueuedEvents); its handlers are too slow or gone. The event was not stored`
    throw new EventBusError('PUBLISH_BUFFER_FULL', message)
  }
}

/** The event as all who get it share it: with the data as it was when it was published, frozen. */
function shareable(event: BusEvent, dataJson: string | undefined): BusEvent {
  const data: unknown = dataJson === undefined ? undefined : JSON.parse(dataJson)
  const shared = { ...event, data }
  deepFreeze(shared)
  return shared
}

function nameOf(point: Point, instance: string): string {
  return point.kind === 'instance' ? `instance:${instance}` : `group:${point.group}:${point.pattern}`
}
