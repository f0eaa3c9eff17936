import { setImmediate as nextTurn } from 'node:timers/promises'
import type { BusStatus } from '../core/api.ts'
import { EventBusError } from '../core/errors.ts'
import { type HealthCheck, healthCheck } from '../core/health.ts'
import type { SessionLoad } from '../core/load.ts'
import type {
  ForwardRequest,
  Intake,
  Member,
  Point,
  PublishRequest,
  Receive,
  ReplayRequest,
  TransportSession,
} from '../core/transport.ts'
import type { MemoryBroker } from './broker.ts'
import { MemoryDeadLetters } from './dead-letters.ts'
import { MemoryIntake } from './intake.ts'

/** One bus on a broker in memory. */
export class MemorySession implements TransportSession {
  readonly ready: Promise<void> = Promise.resolve()
  readonly deadLetters: MemoryDeadLetters
  readonly #broker: MemoryBroker
  readonly #member: Member
  readonly #intakes = new Set<MemoryIntake>()
  #status: 'open' | 'closed' = 'open'
  #redeliveries = 0
  #turn: Promise<void> | undefined

  constructor(broker: MemoryBroker, member: Member) {
    this.deadLetters = new MemoryDeadLetters(broker)
    this.#broker = broker
    this.#member = member
    broker.join(member)
  }

  get status(): BusStatus {
    return this.#status
  }

  /** Stored at once. Who awaits it does not run ahead of handlers that keep up: without a pause they would have no turn. */
  async publish(request: PublishRequest): Promise<void> {
    if (request.options.signal?.aborted) {
      throw new EventBusError('PUBLISH_ABORTED', `The event '${request.event.type}' was aborted before it was sent`)
    }
    const isFilling = this.#broker.publish(request)
    if (isFilling) await this.#nextTurn()
  }

  async replay(request: ReplayRequest): Promise<void> {
    this.#broker.replay(request)
    // As for `publish`.
    await this.#nextTurn()
  }

  async forward(request: ForwardRequest): Promise<'ack'> {
    this.#broker.forwardFrom(request, this.#member.instance)
    return 'ack'
  }

  consume(point: Point, receive: Receive): Intake {
    for (const known of this.#intakes) if (known.isOver) this.#intakes.delete(known)
    const counted: Receive = (delivery) => {
      if (delivery.redelivered) this.#redeliveries++
      return receive(delivery)
    }
    const intake = new MemoryIntake(point, counted, this.#broker, this.#member)
    this.#intakes.add(intake)
    return intake
  }

  /** What is published is stored at once: nothing is ever on its way. */
  load(): SessionLoad {
    return {
      buffered: { events: 0, bytes: 0 },
      connections: { memory: { state: this.#status, reconnects: 0 } },
      redeliveries: this.#redeliveries,
      undecodable: 0,
    }
  }

  async check(): Promise<Record<string, HealthCheck>> {
    const checks: Record<string, HealthCheck> = { 'connection:memory': healthCheck('pass', this.#status) }
    for (const intake of this.#intakes) if (!intake.isStopped) checks[`subscription:${intake.name}`] = intake.check()
    return checks
  }

  async pause(): Promise<void> {
    const intakes = [...this.#intakes]
    await Promise.all(intakes.map((intake) => intake.stop()))
    await Promise.all(intakes.map((intake) => intake.settled()))
  }

  /** One for all who wait for it: in a burst they are many. */
  #nextTurn(): Promise<void> {
    this.#turn ??= nextTurn().finally(() => (this.#turn = undefined))
    return this.#turn
  }

  async close(): Promise<{ unconfirmedEvents: number }> {
    this.#status = 'closed'
    for (const intake of this.#intakes) intake.abandon()
    this.#broker.names.release(this.#member)
    this.#broker.leave(this.#member)
    return { unconfirmedEvents: 0 }
  }
}
