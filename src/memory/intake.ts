import { type HealthCheck, healthCheck } from '../core/health.ts'
import type { Intake, Member, Point, Receive } from '../core/transport.ts'
import type { MemoryBroker } from './broker.ts'
import type { MemoryQueue, QueueConsumer } from './queue.ts'

type State =
  | { readonly name: 'waiting' }
  /** Another bus has the instance's name. */
  | { readonly name: 'standby' }
  | { readonly name: 'ready'; readonly queue: MemoryQueue; readonly consumer: QueueConsumer }
  | { readonly name: 'stopped'; readonly queue?: MemoryQueue; readonly consumer?: QueueConsumer }

/** The deliveries of one point of one bus. */
export class MemoryIntake implements Intake {
  readonly name: string
  readonly #point: Point
  readonly #receive: Receive
  readonly #broker: MemoryBroker
  readonly #member: Member
  readonly #patterns = new Set<string>()
  readonly #started = Promise.withResolvers<void>()
  #state: State = { name: 'waiting' }

  constructor(point: Point, receive: Receive, broker: MemoryBroker, member: Member) {
    this.name = point.kind === 'instance' ? `instance:${member.instance}` : `${point.group}:${point.pattern}`
    this.#point = point
    this.#receive = receive
    this.#broker = broker
    this.#member = member
    // After the current tick: every subscription that it makes shall see what waits in the queue.
    queueMicrotask(() => this.#claim())
  }

  get queue(): string {
    return this.name
  }

  get status(): 'waiting' | 'ready' {
    return this.#state.name === 'ready' ? 'ready' : 'waiting'
  }

  get isStopped(): boolean {
    return this.#state.name === 'stopped'
  }

  /** Whether a group's intake has settled all that it took: then nothing is left to do for it. */
  get isOver(): boolean {
    return this.#state.name === 'stopped' && this.#point.kind === 'group' && !this.#state.consumer?.isBusy
  }

  async bind(pattern: string): Promise<void> {
    this.#patterns.add(pattern)
    if (this.#state.name === 'ready') this.#broker.bind(this.#state.queue, pattern)
    else await this.#started.promise
  }

  async unbind(pattern: string): Promise<void> {
    this.#patterns.delete(pattern)
    if (this.#state.name === 'ready') this.#broker.unbind(this.#state.queue, pattern)
  }

  async stop(): Promise<void> {
    this.#leave().consumer?.cancel()
  }

  /** Resolves when what it took until it was stopped is settled. */
  async settled(): Promise<void> {
    if (this.#state.name === 'stopped') await this.#state.consumer?.settled()
  }

  /** Ends at once; what is in hand goes back to the queue. */
  abandon(): void {
    const { queue, consumer } = this.#leave()
    consumer?.abandon()
    if (queue && this.#point.kind === 'instance') this.#broker.leaveInstance(queue, this.#member)
  }

  check(): HealthCheck {
    if (this.#state.name === 'ready') return healthCheck('pass', this.#state.name)
    if (this.#state.name !== 'standby')
      return healthCheck('fail', this.#state.name, 'It starts after the current tick.')
    return healthCheck('fail', 'INSTANCE_NAME_IN_USE', standingBy(this.#member.instance))
  }

  /** An instance's queue is for the one that holds the name; the others stand by and steal nothing. */
  #claim(): void {
    if (this.isStopped) return
    if (this.#point.kind === 'group' || this.#broker.names.hold(this.#member, () => this.#start())) return this.#start()
    this.#state = { name: 'standby' }
    const { instance, logger } = this.#member
    logger.warn({ code: 'INSTANCE_NAME_IN_USE', instance }, standingBy(instance))
  }

  #start(): void {
    if (this.isStopped) return
    const isNew = !this.#broker.hasQueueFor(this.#point, this.#member.instance)
    const queue = this.#broker.queueFor(this.#point, this.#member.instance)
    for (const pattern of this.#patterns) this.#broker.bind(queue, pattern)
    this.#state = { name: 'ready', queue, consumer: queue.consume(this.#receive) }
    if (isNew) this.#tellGap(queue)
    this.#started.resolve()
  }

  /** Once at the most: here a queue is kept for as long as it is consumed. */
  #tellGap({ name }: MemoryQueue): void {
    if (this.#point.kind === 'group') return
    const { instance } = this.#member
    this.#member.onGap({ instance, kind: 'start', reason: `The queue '${name}' was not there and has been made` })
  }

  #leave(): Extract<State, { name: 'stopped' }> {
    const state: State = 'queue' in this.#state ? { ...this.#state, name: 'stopped' } : { name: 'stopped' }
    this.#state = state
    return state
  }
}

function standingBy(instance: string): string {
  return `Another bus goes by the name '${instance}'; this one stands by until it leaves`
}
