import { EventBusError } from '../../../src/core/errors.ts'
import type { Intake, Member, Point, PublishRequest, Receive } from '../../../src/core/transport.ts'
import type { Transport, TransportSession } from '../../../src/index.ts'

/** How long it takes to get through, in whatever time the test knows. */
export type Delay = () => Promise<void>

/**
 * The way of one instance to a transport in memory, which has no connections that could be lost: it can be cut, and then
 * what was in hand goes back to the queue, as on a broker.
 */
export class CutLine implements Transport {
  readonly name = 'memory behind a line'
  readonly #target: Transport
  readonly #delay: Delay
  #session: LineSession | undefined
  #isWhole = true

  constructor(target: Transport, delay: Delay) {
    this.#target = target
    this.#delay = delay
  }

  join(member: Member): TransportSession {
    this.#session = new LineSession(this.#target, member, this.#delay)
    if (this.#isWhole) void this.#session.connect()
    return this.#session
  }

  cut(): void {
    this.#isWhole = false
    this.#session?.disconnect()
  }

  heal(): void {
    if (this.#isWhole) return
    this.#isWhole = true
    void this.#session?.connect()
  }
}

class LineSession implements TransportSession {
  readonly ready: Promise<void> = Promise.resolve()
  readonly #target: Transport
  readonly #member: Member
  readonly #delay: Delay
  readonly #intakes = new Set<LineIntake>()
  /** Joins and leaves with every connection; this one until the first. */
  #inner: TransportSession
  /** Settles with the next connection, or the one that there is. */
  #connected = Promise.withResolvers<void>()
  #isConnected = false
  #attempts = 0
  #hasReceived = false
  #isClosed = false

  constructor(target: Transport, member: Member, delay: Delay) {
    this.#target = target
    this.#member = member
    this.#delay = delay
    this.#inner = target.join({ ...member, onGap: () => {} })
    this.#connected.promise.catch(() => {})
  }

  get status(): 'open' | 'closed' {
    return this.#isClosed ? 'closed' : 'open'
  }

  get deadLetters(): TransportSession['deadLetters'] {
    return this.#inner.deadLetters
  }

  async connect(): Promise<void> {
    const attempt = ++this.#attempts
    await this.#delay()
    if (this.#isClosed || attempt !== this.#attempts) return
    // A process that has received before does not start, it has lost something.
    const onGap: Member['onGap'] = (gap) =>
      this.#member.onGap(this.#hasReceived ? { ...gap, kind: 'loss', reason: `${gap.reason}, anew` } : gap)
    this.#inner = this.#target.join({ ...this.#member, onGap })
    this.#isConnected = true
    for (const intake of this.#intakes) this.#plug(intake)
    this.#connected.resolve()
  }

  disconnect(): void {
    this.#attempts++
    if (!this.#isConnected) return
    this.#isConnected = false
    this.#connected = Promise.withResolvers()
    this.#connected.promise.catch(() => {})
    for (const intake of this.#intakes) intake.unplug()
    void this.#inner.close(0)
  }

  async publish(request: PublishRequest): Promise<void> {
    while (!this.#isConnected) await this.#connected.promise
    await this.#inner.publish(request)
  }

  replay: TransportSession['replay'] = (request) => this.#inner.replay(request)
  forward: TransportSession['forward'] = (request) => this.#inner.forward(request)
  load: TransportSession['load'] = () => this.#inner.load()
  check: TransportSession['check'] = (timeoutMs) => this.#inner.check(timeoutMs)

  consume(point: Point, receive: Receive): Intake {
    const intake = new LineIntake(point, receive)
    this.#intakes.add(intake)
    if (this.#isConnected) this.#plug(intake)
    return intake
  }

  pause(): Promise<void> {
    return this.#inner.pause()
  }

  async close(deadline: number): Promise<{ unconfirmedEvents: number }> {
    this.#isClosed = true
    this.#connected.reject(new EventBusError('BUS_CLOSED', 'closed before it was connected again'))
    return this.#isConnected ? this.#inner.close(deadline) : { unconfirmedEvents: 0 }
  }

  #plug(intake: LineIntake): void {
    if (!this.#isClosed) intake.plug(this.#inner, () => (this.#hasReceived = true))
  }
}

class LineIntake implements Intake {
  readonly queue = 'a queue behind a line'
  readonly #point: Point
  readonly #receive: Receive
  readonly #bound = new Map<string, PromiseWithResolvers<void>>()
  #inner: Intake | undefined

  constructor(point: Point, receive: Receive) {
    this.#point = point
    this.#receive = receive
  }

  get status(): Intake['status'] {
    return this.#inner?.status ?? 'waiting'
  }

  plug(session: TransportSession, onReady: () => void): void {
    if (this.#inner) return
    const intake = session.consume(this.#point, this.#receive)
    this.#inner = intake
    for (const pattern of this.#bound.keys()) this.#bind(intake, pattern, onReady)
  }

  unplug(): void {
    this.#inner = undefined
  }

  bind(pattern: string): Promise<void> {
    const bound = this.#bound.get(pattern) ?? Promise.withResolvers<void>()
    this.#bound.set(pattern, bound)
    if (this.#inner) this.#bind(this.#inner, pattern, () => {})
    return bound.promise
  }

  async unbind(pattern: string): Promise<void> {
    this.#bound.delete(pattern)
    await this.#inner?.unbind(pattern)
  }

  async stop(): Promise<void> {
    await this.#inner?.stop()
  }

  #bind(intake: Intake, pattern: string, onReady: () => void): void {
    void intake.bind(pattern).then(() => {
      onReady()
      this.#bound.get(pattern)?.resolve()
    })
  }
}
