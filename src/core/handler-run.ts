import type { Context } from './api.ts'
import { whileHandling } from './current-event.ts'
import { asError, EventBusError } from './errors.ts'
import type { LimitedLogger } from './log-limit.ts'
import { type Logger, withFields } from './logger.ts'
import { loggable } from './loggable-error.ts'
import type { Meter } from './meter.ts'
import type { Validate } from './options.ts'
import { nextStep, type RetryStep } from './retry.ts'
import { isThenable } from './settled.ts'
import type { BusSubscription } from './subscription.ts'
import type { Delivery } from './transport.ts'

/** How one handler fared with one event, its immediate retries included. */
export type HandlerResult =
  | { readonly kind: 'done' }
  /** The subscription had ended before the handler's turn came, or reads the event from the store. */
  | { readonly kind: 'skipped' }
  /** The bus is closing: the handler was not started, or failed and has attempts left. */
  | { readonly kind: 'interrupted' }
  | FailedResult

/** The handler failed for now, or for good. */
export interface FailedResult {
  readonly kind: 'failed'
  readonly handler: string
  /** How often it has run for this event, in all. */
  readonly attempts: number
  readonly cause: Error
  readonly next: Exclude<RetryStep, { kind: 'now' }> | { readonly kind: 'giveUp'; readonly reason: 'handlers-gone' }
}

/** What all handlers of one bus share. */
export interface HandlingScope {
  readonly logger: LimitedLogger
  readonly meter: Meter
  /** Checks events on arrival, where that is wanted. */
  readonly validateIncoming: Validate | undefined
  /** Aborts when `close` begins: nothing is started any more. */
  readonly closing: AbortSignal
  /** Aborts when `close` can wait no longer: what still runs is told to stop. */
  readonly interrupt: AbortSignal
  /** What becomes of an event that its handler has given up, for the log. */
  readonly lastResort: string
}

const done: HandlerResult = { kind: 'done' }

/** Waits for the handler's turn and runs it, again at once if it fails, as often as its retry options say. */
export function runHandler(
  subscription: BusSubscription,
  delivery: Delivery,
  scope: HandlingScope,
): Promise<HandlerResult> {
  return whileHandling(delivery.event, () => runInTurn(subscription, delivery, scope))
}

/** Nothing is awaited here that is known already: every event pays for each step. */
async function runInTurn(
  subscription: BusSubscription,
  delivery: Delivery,
  scope: HandlingScope,
): Promise<HandlerResult> {
  const { meter } = scope
  const entered = subscription.limiter.enter()
  if (!(typeof entered === 'boolean' ? entered : await entered))
    return { kind: scope.closing.aborted ? 'interrupted' : 'skipped' }
  try {
    for (let attempt = delivery.attempts + 1; ; attempt++) {
      if (scope.closing.aborted) return { kind: 'interrupted' }
      const startedMs = meter.running()
      const attempted = attemptOnce(subscription, delivery, attempt, scope)
      const cause = attempted instanceof Promise ? await meter.awaiting(attempted) : attempted
      meter.ran(startedMs)
      if (cause === undefined) return done
      const next = nextStep(subscription.settings.retry, attempt, cause)
      meter.failed(delivery.event.type, next)
      logFailure(scope, subscription, delivery, attempt, next, cause)
      if (next.kind !== 'now') return { kind: 'failed', handler: subscription.id, attempts: attempt, cause, next }
    }
  } finally {
    subscription.limiter.leave()
  }
}

/** Runs the handler once; answers its error, if any. */
function attemptOnce(
  subscription: BusSubscription,
  delivery: Delivery,
  attempt: number,
  scope: HandlingScope,
): Promise<Error | undefined> | Error | undefined {
  const context = new HandlerContext(subscription, delivery, attempt, scope)
  let cause: Error | undefined
  try {
    const running = subscription.handle(delivery.event, context)
    if (isThenable(running)) return withinLimit(running, subscription, context)
  } catch (error) {
    cause = asError(error)
  }
  context.release()
  return cause
}

/** Never rejects. */
async function withinLimit(
  running: PromiseLike<void>,
  { id, settings }: BusSubscription,
  context: HandlerContext,
): Promise<Error | undefined> {
  const { timeoutMs } = settings
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new EventBusError('HANDLER_TIMEOUT', `The handler '${id}' ran for longer than its ${timeoutMs} ms`)
      context.abort(error)
      reject(error)
    }, timeoutMs)
  })
  try {
    await Promise.race([running, expired])
    return undefined
  } catch (error) {
    return asError(error)
  } finally {
    clearTimeout(timer)
    context.release()
  }
}

class HandlerContext implements Context {
  readonly subscription: BusSubscription
  readonly attempt: number
  readonly redelivered: boolean
  readonly replay: boolean
  readonly position: number | undefined
  readonly cluster: string | undefined
  readonly receivedAt: Date
  readonly #delivery: Delivery
  readonly #scope: HandlingScope
  #controller: AbortController | undefined
  #abortReason: unknown
  #stopFollowing: (() => void) | undefined

  constructor(subscription: BusSubscription, delivery: Delivery, attempt: number, scope: HandlingScope) {
    this.subscription = subscription
    this.attempt = attempt
    this.redelivered = delivery.redelivered
    this.replay = delivery.replay ?? false
    this.position = delivery.position
    this.cluster = delivery.cluster
    this.receivedAt = delivery.receivedAt
    this.#delivery = delivery
    this.#scope = scope
  }

  /** Made when it is first asked for: most handlers never look, and it costs more than the rest of a delivery. */
  get signal(): AbortSignal {
    this.#controller ??= this.#makeController(this.#scope.interrupt)
    return this.#controller.signal
  }

  get logger(): Logger {
    return withFields(this.#scope.logger.unlimited, fieldsOf(this.subscription, this.#delivery, this.attempt))
  }

  abort(reason: unknown): void {
    this.#abortReason = reason
    this.#controller?.abort(reason)
  }

  /** The run is over: nothing may hold on to it. */
  release(): void {
    this.#stopFollowing?.()
  }

  /** Not by `AbortSignal.any`: what that makes can be collected before it aborts, and then never does. */
  #makeController(interrupt: AbortSignal): AbortController {
    const controller = new AbortController()
    const follow = (): void => controller.abort(interrupt.reason)
    interrupt.addEventListener('abort', follow, { once: true })
    this.#stopFollowing = () => interrupt.removeEventListener('abort', follow)
    if (interrupt.aborted) follow()
    else if (this.#abortReason !== undefined) controller.abort(this.#abortReason)
    return controller
  }
}

function fieldsOf({ name, pattern, group }: BusSubscription, { event, cluster }: Delivery, attempt: number): object {
  const fields = { event_type: event.type, event_id: event.id, handler: name, pattern, group, attempt }
  return cluster === undefined ? fields : { ...fields, cluster }
}

function logFailure(
  { logger, lastResort }: HandlingScope,
  subscription: BusSubscription,
  delivery: Delivery,
  attempt: number,
  next: RetryStep,
  err: Error,
): void {
  const what = `Handler failed, attempt ${attempt} of ${subscription.settings.retry.maxAttempts}`
  const fields = { ...fieldsOf(subscription, delivery, attempt), err: loggable(err) }
  if (next.kind === 'giveUp') logger.error(fields, `${what}; ${lastResort} (${next.reason})`)
  else
    logger.warn(fields, `${what}; it runs again ${next.kind === 'now' ? 'at once' : `after ${next.afterMs / 1_000} s`}`)
}
