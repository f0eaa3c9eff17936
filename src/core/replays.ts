import type { Handler } from './api.ts'
import { callBack } from './callback.ts'
import { EventBusError } from './errors.ts'
import type { EventQuery, StoredEvent } from './event-store.ts'
import { newEventId } from './event-id.ts'
import { deepFreeze } from './freeze.ts'
import { runHandler } from './handler-run.ts'
import { storeMissing, unknownPosition } from './history-errors.ts'
import type { Meter } from './meter.ts'
import type { BusSettings } from './options.ts'
import { resolveSubscribeOptions } from './options.ts'
import type { ReplayOptions, ReplayReport } from './replay.ts'
import { type ReplaySettings, type ReplayTarget, resolveReplay } from './replay-options.ts'
import { type ReplayAct, ReplayRun, type ReplaySignals } from './replay-run.ts'
import { settledBy } from './settled.ts'
import { serializeData } from './stamp.ts'
import { BusSubscription, type SubscriptionHome } from './subscription.ts'
import type { TransportSession } from './transport.ts'

/** As many as give the broker's full rate, and few enough to be named in a report. */
const queueWindow = 200

/** In place, and then the replay stops. */
const handlerRetry = { immediate: 2, maxAttempts: 3 }

/** The replays of one bus. */
export class Replays {
  readonly #session: TransportSession
  readonly #settings: BusSettings
  readonly #meter: Meter
  readonly #wrap: (handler: Handler) => Handler
  readonly #running = new Map<ReplayRun, Promise<unknown>>()
  #isClosed = false

  /** `wrap` puts the middleware around a handler. */
  constructor(session: TransportSession, settings: BusSettings, meter: Meter, wrap: (handler: Handler) => Handler) {
    this.#session = session
    this.#settings = settings
    this.#meter = meter
    this.#wrap = wrap
  }

  async replay(query: EventQuery, target: unknown, options: ReplayOptions | undefined): Promise<ReplayReport> {
    const { store } = this.#settings
    if (!store) throw storeMissing('replay')
    const settings = resolveReplay(query, target, options)
    // What is wrong with the query is said before anything is done.
    store.read(settings.query)
    const last = await store.lastPosition()
    const behind = Math.max(settings.query.afterPosition ?? 0, settings.resumeFrom?.position ?? 0)
    if (behind > last) throw unknownPosition(behind, last)
    const run: ReplayRun = new ReplayRun(
      this.#guarded(settings),
      store,
      this.#actOf(settings, () => run),
      last,
    )
    return this.#supervise(run)
  }

  /** Stops all replays; what they have under way is waited for until the deadline. */
  async drain(deadline: number): Promise<void> {
    this.#isClosed = true
    for (const run of this.#running.keys()) run.fail(closed())
    if (await settledBy(this.#ended, deadline)) return
    for (const run of this.#running.keys()) run.giveUp()
  }

  get #ended(): Promise<unknown> {
    return Promise.allSettled(this.#running.values())
  }

  #supervise(run: ReplayRun): Promise<ReplayReport> {
    if (this.#isClosed) throw closed()
    const running = run.run().finally(() => this.#running.delete(run))
    this.#running.set(run, running)
    return running
  }

  /** Whoever looks on cannot break the run. */
  #guarded(settings: ReplaySettings): ReplaySettings {
    const { onProgress } = settings
    if (!onProgress) return settings
    const failed = (err: unknown): void => this.#settings.logger.error({ err }, 'onProgress threw an error')
    return { ...settings, onProgress: (progress) => callBack(() => onProgress(progress), failed) }
  }

  #actOf({ target, query }: ReplaySettings, run: () => ReplayRun): ReplayAct {
    if (target.kind === 'queue') return this.#toQueue(target)
    return this.#toHandler(target.handler, query, () => run().fail(unsubscribed()))
  }

  #toQueue({ group, pattern }: Extract<ReplayTarget, { kind: 'queue' }>): ReplayAct {
    const [point, replay] = [{ kind: 'group', group, pattern } as const, newEventId()]
    const act = async ({ event }: StoredEvent, { giveUp }: ReplaySignals): Promise<boolean> => {
      try {
        await this.#session.replay({ event, dataJson: serializeData(event), point, replay, signal: giveUp })
        return true
      } catch (error) {
        if (giveUp.aborted) return false
        throw error
      }
    }
    return { act, window: queueWindow }
  }

  /** One event after the other: what is handled is all that is in front of where it stops. */
  #toHandler(handler: Handler, query: EventQuery, end: () => void): ReplayAct {
    const { logger, validateIncoming } = this.#settings
    const meter = this.#meter
    const subscription = this.#subscriptionOf(handler, query, end)
    const act = async ({ event, position }: StoredEvent, { stop, giveUp }: ReplaySignals): Promise<boolean> => {
      validateIncoming?.(event)
      deepFreeze(event)
      const delivery = { event, position, replay: true, redelivered: false, receivedAt: new Date(), attempts: 0 }
      const signals = { closing: stop, interrupt: giveUp }
      const scope = { logger, meter, validateIncoming, ...signals, lastResort: 'the replay stops' }
      const result = await runHandler(subscription, delivery, scope)
      if (result.kind === 'done' || result.kind === 'failed') meter.consumed(event.type)
      if (result.kind === 'failed') throw result.cause
      return result.kind === 'done'
    }
    return { act, window: 1 }
  }

  /** What the handler sees as its subscription; ending that ends the replay. */
  #subscriptionOf(handler: Handler, { pattern = '#' }: EventQuery, end: () => void): BusSubscription {
    const name = handler.name || 'replay'
    const settings = resolveSubscribeOptions({ name, concurrency: 1, retry: handlerRetry })
    const home: SubscriptionHome = { queue: undefined, statusOf: () => 'ready', remove: async () => end() }
    const patterns = typeof pattern === 'string' ? [pattern] : pattern
    const subscription = new BusSubscription(home, patterns, this.#wrap(handler), settings, name)
    subscription.settleReady([])
    return subscription
  }
}

function closed(): EventBusError {
  return new EventBusError('BUS_CLOSED', 'the bus was closed')
}

function unsubscribed(): EventBusError {
  return new EventBusError('SUBSCRIPTION_ENDED', 'its handler unsubscribed')
}
