import type {
  ComponentCheck,
  BusListeners,
  BusStatus,
  CloseOptions,
  CloseReport,
  Handler,
  Middleware,
  PublishOptions,
  SubscribeOptions,
  Subscription,
  UntypedBus,
} from './api.ts'
import { BusDeadLetters } from './bus-dead-letters.ts'
import { currentEvent } from './current-event.ts'
import type { DeadLetters } from './dead-letters.ts'
import { asError, EventBusError } from './errors.ts'
import type { BusEvent, EventInput } from './event.ts'
import type { EventQuery } from './event-store.ts'
import { ComponentChecks } from './component-checks.ts'
import { type Health, healthCheck, summarize } from './health.ts'
import { Listeners } from './listeners.ts'
import type { Measurements, RecordingMeasurements } from './measurements.ts'
import { Meter } from './meter.ts'
import {
  assertFunction,
  type BusSettings,
  noOptions,
  resolveCloseOptions,
  resolvePublishOptions,
  resolveSubscribeOptions,
} from './options.ts'
import { assertPattern } from './pattern.ts'
import type { Logger } from './logger.ts'
import { Pipeline } from './pipeline.ts'
import { PublishRecorder } from './publish-recorder.ts'
import { Quarantine } from './quarantine.ts'
import { Recordings } from './recordings.ts'
import type { ReplayOptions, ReplayQueue, ReplayReport } from './replay.ts'
import { Replays } from './replays.ts'
import { neverUnhandled } from './settled.ts'
import { assertInput, serializeData, stamp } from './stamp.ts'
import { Subscriptions } from './subscriptions.ts'
import type { PublishSettings, TransportInfo, TransportSession } from './transport.ts'

/** Less than the 2 s that are promised, so that the answer itself has time. */
const checkTimeoutMs = 1_800

/** `running`, then `draining` while handlers finish and may still publish, then `leaving` and `closed` for good. */
type Phase = 'running' | 'draining' | 'leaving' | 'closed'

/** The bus behind every typed view of it: its way of an event starts in `publish` and ends in the session. */
export class Bus implements UntypedBus {
  readonly ready: Promise<void>
  readonly deadLetters: DeadLetters
  readonly #settings: BusSettings
  readonly #meter: Meter
  readonly #session: TransportSession
  readonly #subscriptions: Subscriptions
  readonly #replays: Replays
  readonly #listeners: Listeners<BusListeners>
  readonly #checks = new ComponentChecks()
  readonly #recordings = new Recordings()
  readonly #recorder: PublishRecorder | undefined
  readonly #pipeline = new Pipeline((event, options) => this.#publishNow(event, options))
  #wasConnected = false
  #phase: Phase = 'running'
  #closed: Promise<CloseReport> | undefined

  constructor(settings: BusSettings, meter: Meter = new Meter()) {
    this.#settings = settings
    this.#meter = meter
    this.#listeners = new Listeners(['status', 'gap'], settings.logger)
    const recorder = this.#makeRecorder(settings)
    this.#recorder = recorder
    const quarantine = new Quarantine()
    this.#session = settings.transport.join({
      source: settings.source,
      instance: settings.instance,
      instanceIsGenerated: settings.instanceIsGenerated,
      logger: settings.logger,
      health: settings.health,
      quarantine,
      onStatus: (status) => this.#phase === 'running' && this.#listeners.call('status', status),
      onGap: (gap) => {
        meter.missed(gap.kind)
        this.#listeners.call('gap', gap)
      },
      onDue: recorder && ((due) => recorder.fellDue(due)),
    })
    this.#subscriptions = new Subscriptions(this.#session, settings, meter, quarantine)
    this.#replays = new Replays(this.#session, settings, meter, (handler) => this.#pipeline.wrap(handler))
    this.deadLetters = new BusDeadLetters(this.#session.deadLetters, settings.logger, (what) => {
      if (!this.#mayPublish()) throw closedError(what)
    })
    this.ready = neverUnhandled(this.#session.ready.then(() => void (this.#wasConnected = true)))
  }

  get status(): BusStatus {
    if (this.#phase === 'running') return this.#session.status
    return this.#phase === 'closed' ? 'closed' : 'closing'
  }

  get instance(): string {
    return this.#settings.instance
  }

  get transport(): TransportInfo {
    return this.#settings.transport
  }

  get logger(): Logger {
    return this.#settings.logger
  }

  publish(event: EventInput, options: PublishOptions = noOptions): Promise<BusEvent> {
    return neverUnhandled(this.#pipeline.publish(event, options))
  }

  subscribe(pattern: string | readonly string[], handler: Handler, options?: SubscribeOptions): Subscription {
    if (this.#phase !== 'running') throw closedError(`subscribe to '${String(pattern)}'`)
    const patterns = Array.from(new Set(typeof pattern === 'string' ? [pattern] : pattern))
    for (const one of patterns) assertPattern(one)
    assertFunction(handler, 'subscribe: the handler')
    const settings = resolveSubscribeOptions(options, this.#settings.transport.clusters)
    return this.#subscriptions.add(patterns, handler.name, this.#pipeline.wrap(handler), settings)
  }

  replay(query: EventQuery, target: Handler | ReplayQueue, options?: ReplayOptions): Promise<ReplayReport> {
    if (this.#phase !== 'running') return neverUnhandled(Promise.reject(closedError('replay')))
    return neverUnhandled(this.#replays.replay(query, target, options))
  }

  on<K extends keyof BusListeners>(name: K, listener: BusListeners[K]): () => void {
    return this.#listeners.add(name, listener)
  }

  use(middleware: Middleware): void {
    this.#pipeline.use(middleware)
  }

  async healthCheck(): Promise<Health> {
    if (this.#phase !== 'running') return summarize({ bus: healthCheck('fail', this.status, 'The bus was closed.') })
    const [session, components] = await Promise.all([
      this.#session.check(checkTimeoutMs),
      this.#checks.take(checkTimeoutMs),
    ])
    const checks = { ...session, ...this.#subscriptions.checks, ...components }
    const { waiting, failed } = this.#subscriptions.counts
    return summarize(checks, this.#wasConnected && waiting + failed === 0)
  }

  addHealthCheck(name: string, check: ComponentCheck): () => void {
    assertFunction(check, `addHealthCheck: the check '${name}'`)
    return this.#checks.add(name, check)
  }

  measurements(): Measurements {
    const { undecodable, ...load } = this.#session.load()
    const counted = this.#meter.read()
    return {
      status: this.status,
      ...counted,
      deadLetters: { ...counted.deadLetters, undecodable },
      ...load,
      inFlightDeliveries: this.#subscriptions.inHand,
      subscriptions: this.#subscriptions.counts,
      histories: this.#subscriptions.behind,
      recordings: this.#recordings.read(),
    }
  }

  addRecording(name: string, measure: () => RecordingMeasurements): () => void {
    return this.#recordings.add(name, measure)
  }

  close(options?: CloseOptions): Promise<CloseReport> {
    this.#closed ??= this.#close(resolveCloseOptions(options).timeoutMs)
    return this.#closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #makeRecorder({ store, recording, logger }: BusSettings): PublishRecorder | undefined {
    if (!store) return undefined
    const recorder = new PublishRecorder(store, recording, logger)
    this.#checks.add(recorder.name, () => recorder.check())
    this.#recordings.add(recorder.name, () => recorder.measure())
    return recorder
  }

  async #publishNow(input: EventInput, options: PublishOptions): Promise<BusEvent> {
    let event: EventInput = input
    const startedMs = this.#meter.publishing()
    try {
      if (!this.#mayPublish()) throw closedError('publish')
      const settings = resolvePublishOptions(options, this.#settings.transport.clusters)
      assertInput(input)
      event = stamp(this.#settings.validateOutgoing(input), this.#settings.source, currentEvent())
      await this.#send(event as BusEvent, settings)
      this.#meter.published(event.type, startedMs)
      return event as BusEvent
    } catch (error) {
      throw this.#failed(error, event)
    }
  }

  /** Not to be merged with its caller: what waits there for the confirm must not keep the data a second time, as JSON. */
  #send(event: BusEvent, options: PublishSettings): Promise<void> {
    const request = { event, dataJson: serializeData(event), options }
    // A scheduled one is recorded when it is due.
    if (!this.#recorder || options.afterMs > 0) return this.#session.publish(request)
    return this.#recorder.follow(request, () => this.#session.publish(request))
  }

  #failed(error: unknown, event: EventInput): Error {
    if (!(error instanceof EventBusError)) return asError(error)
    this.#meter.publishFailed(error.code)
    return error.about(event)
  }

  /** While the bus drains, handlers finish their work, and publishing is part of it. */
  #mayPublish(): boolean {
    return this.#phase === 'running' || (this.#phase === 'draining' && currentEvent() !== undefined)
  }

  async #close(timeoutMs: number): Promise<CloseReport> {
    const deadline = Date.now() + timeoutMs
    this.#enter('draining')
    const [unfinishedDeliveries] = await Promise.all([
      this.#subscriptions.drain(deadline),
      this.#replays.drain(deadline),
    ])
    this.#enter('leaving')
    const { unconfirmedEvents } = await this.#session.close(deadline)
    const unrecordedEvents = (await this.#recorder?.close(deadline)) ?? 0
    this.#enter('closed')
    const report = { unfinishedDeliveries, unconfirmedEvents, unrecordedEvents }
    if (unfinishedDeliveries + unconfirmedEvents + unrecordedEvents > 0) {
      this.#settings.logger.warn(report, 'The bus closed with work left undone')
    }
    this.#settings.logger.flush()
    return report
  }

  #enter(phase: Phase): void {
    this.#phase = phase
    if (phase !== 'leaving') this.#listeners.call('status', this.status)
  }
}

function closedError(what: string): EventBusError {
  return new EventBusError(
    'BUS_CLOSED',
    `Cannot ${what}: the bus is closed or closing. Make a new one with createEventBus.`,
  )
}
