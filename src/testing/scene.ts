import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Gap, Handler, PublishOptions, SubscribeOptions, UntypedBus } from '../core/api.ts'
import { Bus } from '../core/bus.ts'
import type { BusEvent, EventInput } from '../core/event.ts'
import type { EventStore } from '../core/event-store.ts'
import { silentLogger } from '../core/logger.ts'
import { resolveBusOptions } from '../core/options.ts'
import { settledBy } from '../core/settled.ts'
import type { DeadLetterRecord, TransportSpace } from './harness.ts'
import { Recorder, sentinelSubject } from './recorder.ts'

export interface ListenOptions extends SubscribeOptions {
  /** What the handler does after the event is recorded. Default: nothing. */
  readonly handle?: Handler | undefined
}

/** What a handler waits for until the case opens it. */
export interface Gate {
  readonly opened: Promise<void>
  open(): void
}

const pollMs = 5
/** How long one sentinel may take before another one is sent after it: a group's go to one member each. */
const sentinelMs = 40

/** The buses of one case, and the ways to watch them. Waits for conditions, never for time to pass. */
export class Scene {
  readonly deadlineMs: number
  readonly #speed: number
  readonly #space: TransportSpace
  readonly #buses: UntypedBus[] = []
  readonly #gates: Gate[] = []

  constructor(space: TransportSpace, deadlineMs: number, speed: number) {
    this.#space = space
    this.deadlineMs = deadlineMs
    this.#speed = speed
  }

  /** A bus of its own instance, closed at the end of the case. */
  bus(instance: string = `bus-${this.#buses.length + 1}`, source: string = 'contract', store?: EventStore): UntypedBus {
    return this.#make({ instance, source, store })
  }

  /** A bus whose instance has a generated name. Each has another one. */
  unnamedBus(): UntypedBus {
    return this.#make({ source: 'contract' })
  }

  /** The kinds of gaps that the bus tells from now on. */
  gaps(bus: UntypedBus): Gap['kind'][] {
    const kinds: Gap['kind'][] = []
    bus.on('gap', ({ kind }) => kinds.push(kind))
    return kinds
  }

  gate(): Gate {
    const { promise, resolve } = Promise.withResolvers<void>()
    const gate = { opened: promise, open: resolve }
    this.#gates.push(gate)
    return gate
  }

  /** Subscribes without waiting until it is ready. */
  subscribe(bus: UntypedBus, pattern: string | readonly string[], options: ListenOptions = {}): Recorder {
    const { handle = () => {}, ...rest } = options
    const recorder = new Recorder(handle)
    return recorder.subscribed(bus.subscribe(pattern, recorder.record, rest))
  }

  /** Subscribes and waits until it is ready. */
  async listen(bus: UntypedBus, pattern: string | readonly string[], options?: ListenOptions): Promise<Recorder> {
    const recorder = this.subscribe(bus, pattern, options)
    await this.within(`ready of the subscription to '${String(pattern)}'`, recorder.subscription.ready)
    return recorder
  }

  /** Publishes in one tick, by type or as given, and waits for all confirms. */
  publish(bus: UntypedBus, ...inputs: readonly (string | EventInput)[]): Promise<BusEvent[]> {
    const all = inputs.map((input) => bus.publish(typeof input === 'string' ? { type: input, data: {} } : input))
    return this.within('publish', Promise.all(all))
  }

  /** Publishes an event that waits, and waits for its confirm only. */
  schedule(bus: UntypedBus, input: EventInput, options: PublishOptions): Promise<BusEvent> {
    return this.within('publish', bus.publish(input, options))
  }

  /** How long a delay takes in this space at the least, with some leeway for clocks that are read in milliseconds. */
  leastMs(delayMs: number): number {
    return (0.9 * delayMs) / this.#speed
  }

  /** A delay within which the case has time to act: of so many seconds, or more where they pass fast. */
  unhurriedMs(seconds: number): number {
    return Math.max(1_000 * seconds, 200 * this.#speed)
  }

  /** The outcome of the work, which must settle within the deadline. */
  async within<T>(what: string, work: Promise<T>): Promise<T> {
    const inTime = await settledBy(work, Date.now() + this.deadlineMs)
    assert.ok(inTime, `${what}: not within ${this.deadlineMs} ms`)
    return work
  }

  /** Waits until the condition holds. */
  async eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + this.deadlineMs
    while (!(await condition())) {
      assert.ok(Date.now() < deadline, `${what}: not within ${this.deadlineMs} ms`)
      await sleep(pollMs)
    }
  }

  /** Waits until the recorders together have so many events. */
  async count(expected: number, ...recorders: readonly Recorder[]): Promise<void> {
    const total = (): number => recorders.reduce((sum, { events }) => sum + events.length, 0)
    try {
      await this.eventually('', () => total() >= expected)
    } catch {
      assert.fail(`events that arrive: expected ${expected}, got ${total()} within ${this.deadlineMs} ms`)
    }
  }

  /**
   * Waits until all that was published before has arrived, or never will: publishes sentinels until each of the
   * recorders has one, since a queue keeps its order.
   */
  async flush(bus: UntypedBus, type: string, ...recorders: readonly Recorder[]): Promise<void> {
    const sent = new Set<string>()
    let nextAt = 0
    const reached = ({ sentinels }: Recorder): boolean => [...sentinels].some((id) => sent.has(id))
    await this.eventually(`a later '${type}' reaches every handler`, async () => {
      if (recorders.every(reached)) return true
      if (Date.now() < nextAt) return false
      const [sentinel] = await this.publish(bus, { type, data: {}, subject: sentinelSubject })
      sent.add((sentinel as BusEvent).id)
      nextAt = Date.now() + sentinelMs
      return false
    })
  }

  /** Waits until there are so many dead letters; answers all that there are. */
  async deadLetters(atLeast: number): Promise<readonly DeadLetterRecord[]> {
    let letters: readonly DeadLetterRecord[] = []
    await this.eventually(`${atLeast} dead letters`, async () => {
      letters = await this.#space.deadLetters()
      return letters.length >= atLeast
    })
    return letters
  }

  /** Opens all gates, closes all buses, and removes what is left, also where a broken transport never ends. */
  async clear(): Promise<void> {
    for (const gate of this.#gates) gate.open()
    const closed = Promise.all(this.#buses.map((bus) => bus.close({ timeoutMs: this.deadlineMs })))
    await settledBy(closed, Date.now() + 2 * this.deadlineMs)
    await this.#space.close()
  }

  #make(options: { instance?: string; source: string; store?: EventStore | undefined }): UntypedBus {
    const transport = this.#space.transport()
    const bus = new Bus(resolveBusOptions({ ...options, transport, logger: silentLogger }, undefined))
    this.#buses.push(bus)
    return bus
  }
}
