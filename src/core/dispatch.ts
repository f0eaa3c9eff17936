import { asError, EventBusError } from './errors.ts'
import type { BusEvent } from './event.ts'
import { deepFreeze } from './freeze.ts'
import { type FailedResult, type HandlerResult, type HandlingScope, runHandler } from './handler-run.ts'
import { InHand } from './in-hand.ts'
import { loggable } from './loggable-error.ts'
import { PatternTrie } from './pattern-trie.ts'
import type { BusSubscription } from './subscription.ts'
import type { Copy, Delivery, Outcome, Point, Receive } from './transport.ts'

const heard: Promise<HandlerResult> = Promise.resolve({ kind: 'skipped' })

/** Runs all the handlers of one point that want an event, and decides what becomes of the delivery. */
export class Dispatcher {
  readonly #subscriptions = new PatternTrie<BusSubscription>()
  readonly #byId = new Map<string, BusSubscription>()
  readonly #point: Point
  readonly #scope: HandlingScope
  readonly #deliveries = new InHand()

  constructor(point: Point, scope: HandlingScope) {
    this.#point = point
    this.#scope = scope
  }

  /** Deliveries whose outcome is not decided yet. */
  get inHand(): number {
    return this.#deliveries.count
  }

  add(subscription: BusSubscription): void {
    this.#byId.set(subscription.id, subscription)
    for (const pattern of this.#patternsOf(subscription)) this.#subscriptions.add(pattern, subscription)
  }

  delete(subscription: BusSubscription): void {
    this.#byId.delete(subscription.id)
    for (const pattern of this.#patternsOf(subscription)) this.#subscriptions.delete(pattern, subscription)
  }

  readonly receive: Receive = async (delivery) => {
    this.#deliveries.begin()
    try {
      const fault = this.#faultOf(delivery)
      if (fault) return this.#counted(refusedOnArrival(fault))
      const runs = this.#runAll(delivery)
      const [only] = runs
      // Most often there is one, and to wait for all of one costs more than its run.
      return this.#settle(delivery, only && runs.length === 1 ? [await only] : await Promise.all(runs))
    } finally {
      this.#deliveries.end()
    }
  }

  /**
   * Runs one handler on what did not come from the queue. `release`: it was not run, or cut off. What has begun runs again
   * at once even while the bus closes: nobody else would hand it out, and what was done behind it would be done again.
   */
  async receiveFor(subscription: BusSubscription, delivery: Delivery): Promise<Outcome> {
    this.#deliveries.begin()
    try {
      const fault = this.#faultOf(delivery)
      if (fault) return this.#counted(refusedOnArrival(fault, [subscription.id]))
      deepFreeze(delivery.event)
      const result = await runHandler(subscription, delivery, { ...this.#scope, closing: this.#scope.interrupt })
      return isSkipped(result) ? { kind: 'release' } : this.#settle(delivery, [result])
    } finally {
      this.#deliveries.end()
    }
  }

  /** What becomes of an event over which the process has died so often. */
  giveUp(subscription: BusSubscription, deaths: number): readonly Copy[] {
    const cause = new Error(`The process ended ${deaths} times while it handled the event`)
    const handlers = [subscription.id]
    const copies: Copy[] = [{ kind: 'deadLetter', reason: 'delivery-limit', handlers, attempts: deaths, cause }]
    this.#scope.meter.gaveUp(copies)
    return copies
  }

  /** Resolves when no delivery is in hand. */
  idle(): Promise<void> {
    return this.#deliveries.nothing()
  }

  #settle({ event }: Delivery, results: readonly HandlerResult[]): Outcome {
    if (results.some(hasRun)) this.#scope.meter.consumed(event.type)
    return this.#counted(decide(results, this.#point.kind))
  }

  #counted(outcome: Outcome): Outcome {
    if (outcome.kind === 'forward') this.#scope.meter.gaveUp(outcome.copies)
    return outcome
  }

  /** What the catalog has against the event, if it is asked. */
  #faultOf({ event }: Delivery): Error | undefined {
    try {
      this.#scope.validateIncoming?.(event)
      return undefined
    } catch (error) {
      const fault = asError(error)
      const fields = { ...this.#fieldsOf(event), err: loggable(fault) }
      this.#scope.logger.error(fields, 'An event arrived that the catalog refuses; it goes to the dead letters')
      return fault
    }
  }

  #runAll(delivery: Delivery): Promise<HandlerResult>[] {
    deepFreeze(delivery.event)
    if (delivery.handlers && (this.#byId.size > 0 || this.#point.kind === 'instance'))
      return delivery.handlers.map((id) => this.#runOne(id, delivery))
    const matches = this.#subscriptions.match(delivery.event.type)
    // A subscription to several patterns handles an event once, however many of them match.
    const matching = matches.length > 1 ? Array.from(new Set(matches)) : matches
    const wanting = delivery.cluster === undefined ? matching : matching.filter((one) => wants(one, delivery))
    return wanting.map((subscription) => this.#runWanting(subscription, delivery))
  }

  /** Who reads the store gets the event from there. */
  #runWanting(subscription: BusSubscription, delivery: Delivery): Promise<HandlerResult> {
    if (!subscription.history) return runHandler(subscription, delivery, this.#scope)
    subscription.history.heard(delivery.event)
    return heard
  }

  /** A retry is for the handlers that failed; one that has gone meanwhile, or has another name, is not forgotten. */
  async #runOne(id: string, delivery: Delivery): Promise<HandlerResult> {
    const subscription = this.#byId.get(id)
    if (subscription) return runHandler(subscription, delivery, this.#scope)
    const cause = new EventBusError('HANDLER_GONE', `The handler '${id}' is not there any more`)
    this.#scope.logger.error(
      { ...this.#fieldsOf(delivery.event), handler: id, attempt: delivery.attempts },
      `${cause.message}; its retry goes to the dead letters`,
    )
    return {
      kind: 'failed',
      handler: id,
      attempts: delivery.attempts,
      cause,
      next: { kind: 'giveUp', reason: 'handlers-gone' },
    }
  }

  #fieldsOf({ type, id }: BusEvent): object {
    const fields = { event_type: type, event_id: id }
    return this.#point.kind === 'group' ? { ...fields, group: this.#point.group } : fields
  }

  /** What lies in a group's queue was routed there by its one pattern, or sent there: it is for all its handlers. */
  #patternsOf(subscription: BusSubscription): readonly string[] {
    return this.#point.kind === 'group' ? ['#'] : subscription.patterns
  }
}

/**
 * Whatever was interrupted has to come again, to all: only who succeeded is done for good. Who failed gets a copy: later,
 * or in the dead letters. An event that no handler took, since the last one of the point has gone, is over for this
 * instance, but not for its group: another member shall have it.
 */
export function decide(results: readonly HandlerResult[], kind: Point['kind']): Outcome {
  if (results.some((result) => result.kind === 'interrupted')) return { kind: 'release' }
  const failed = results.filter((result) => result.kind === 'failed')
  if (failed.length > 0) return { kind: 'forward', copies: copiesFor(failed) }
  return { kind: kind === 'group' && results.every(isSkipped) ? 'release' : 'ack' }
}

/** One copy for all that wait equally long after equally many attempts, and one for each reason to give up. */
function copiesFor(failed: readonly FailedResult[]): Copy[] {
  const alike = Map.groupBy(
    failed,
    ({ next, attempts }) => `${next.kind} ${attempts} ${next.kind === 'later' ? next.afterMs : next.reason}`,
  )
  return Array.from(alike.values(), copyFor)
}

function copyFor(failed: readonly FailedResult[]): Copy {
  const [{ next, attempts, cause }] = failed as [FailedResult]
  const about = { handlers: failed.map(({ handler }) => handler), attempts, cause }
  if (next.kind === 'later') return { kind: 'retry', afterMs: next.afterMs, ...about }
  return { kind: 'deadLetter', reason: next.reason, ...about }
}

/** Of several clusters: what one brings is for those who subscribe to that one, and once for those who subscribe to all. */
function wants({ settings }: BusSubscription, { cluster, isDuplicate }: Delivery): boolean {
  return settings.cluster === undefined ? !isDuplicate : settings.cluster === cluster
}

function refusedOnArrival(cause: Error, handlers: readonly string[] = []): Outcome {
  return { kind: 'forward', copies: [{ kind: 'deadLetter', reason: 'invalid', handlers, attempts: 0, cause }] }
}

function hasRun(result: HandlerResult): boolean {
  return result.kind === 'done' || (result.kind === 'failed' && !isGone(result))
}

function isGone({ next }: FailedResult): boolean {
  return next.kind === 'giveUp' && next.reason === 'handlers-gone'
}

function isSkipped({ kind }: HandlerResult): boolean {
  return kind === 'skipped'
}
