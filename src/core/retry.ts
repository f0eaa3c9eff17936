import { OptionReader } from './option-reader.ts'
import { neverUnhandled } from './settled.ts'

/** Which retry it is that waits, from 1, and what the handler threw; answers how long it waits. */
export type RetryDelay = (retry: number, error: Error) => number

/** What becomes of an event whose handler throws. */
export interface RetryOptions {
  /** How often a failed handler is run again at once, in this process. Default 2; 0 for never. */
  readonly immediate?: number | undefined
  /**
   * How long each retry after those waits, in milliseconds: `exponential` (1, 2, 4, ... seconds), a list whose last entry
   * holds for all that come after it, or a function. Rounded up to whole seconds; at most 2^25 seconds, over a year.
   * Default `exponential`.
   */
  readonly delays?: 'exponential' | readonly number[] | RetryDelay | undefined
  /** All runs of one handler for one event. Default 10; with a list of delays as many as the list allows. */
  readonly maxAttempts?: number | undefined
  /** Whether the error may pass; if not, the event goes to the dead letters at once. Default: every error may. */
  readonly retryIf?: ((error: Error) => boolean) | undefined
}

/** {@link RetryOptions}, checked and complete. */
export interface RetryPolicy {
  readonly immediate: number
  readonly delayMs: RetryDelay
  readonly maxAttempts: number
  readonly retryIf: (error: Error) => boolean
}

/** Thrown by a handler: run it again after so long, whatever its delays say. It counts as an attempt. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater'
  readonly afterMs: number

  constructor(options: { readonly afterMs: number; readonly cause?: unknown }) {
    super(`retry after ${options.afterMs} ms`, 'cause' in options ? { cause: options.cause } : undefined)
    this.afterMs = options.afterMs
  }
}

/** Thrown by a handler: this event will never succeed; to the dead letters with it, for this reason. */
export class DeadLetter extends Error {
  override readonly name = 'DeadLetter'
}

/** What follows a failed attempt. */
export type RetryStep =
  | { readonly kind: 'now' }
  | { readonly kind: 'later'; readonly afterMs: number }
  | { readonly kind: 'giveUp'; readonly reason: 'handlers-failed' | 'rejected' }

/** The longest wait, in seconds: the highest level of RabbitMQ's wait ladder alone. */
export const maxDelaySeconds: number = 2 ** 25

const giveUp: RetryStep = { kind: 'giveUp', reason: 'handlers-failed' }

/**
 * What follows when attempt number `attempt` has thrown `error`. The functions of the policy are the user's; one that
 * throws is a mistake in the program: then the event is kept in the dead letters.
 */
export function nextStep(policy: RetryPolicy, attempt: number, error: Error): RetryStep {
  try {
    return decideStep(policy, attempt, error)
  } catch {
    return giveUp
  }
}

function decideStep(policy: RetryPolicy, attempt: number, error: Error): RetryStep {
  if (error instanceof DeadLetter) return { kind: 'giveUp', reason: 'rejected' }
  if (attempt >= policy.maxAttempts) return giveUp
  if (error instanceof RetryLater) return later(error.afterMs)
  if (!atOnce(policy.retryIf(error))) return giveUp
  if (attempt <= policy.immediate) return { kind: 'now' }
  return later(atOnce(policy.delayMs(attempt - policy.immediate, error)))
}

/** A policy decides at once. What a promise would say comes too late, and must not end the process. */
function atOnce<T>(answer: T): T {
  if (!(answer instanceof Promise)) return answer
  void neverUnhandled(answer)
  throw new TypeError('retryIf and delays must not be asynchronous')
}

export function resolveRetryOptions(options: unknown): RetryPolicy {
  const read = new OptionReader('subscribe: retry', options, ['immediate', 'delays', 'maxAttempts', 'retryIf'])
  const immediate = read.integer('immediate', { default: 2, min: 0, max: 100 })
  const delays = read.value('delays') ?? 'exponential'
  const attempts = isDelayList(delays) ? 1 + immediate + delays.length : 10
  return {
    immediate,
    delayMs: toDelay(delays, read),
    maxAttempts: read.integer('maxAttempts', { default: attempts, min: 1, max: 10_000 }),
    retryIf: read.instance('retryIf', 'a function', isFunction<RetryPolicy['retryIf']>) ?? (() => true),
  }
}

/** Whole seconds, rounded up, on every transport: it is what the slowest of them can do. */
function later(afterMs: number): RetryStep {
  // No number at all is a mistake in the program, and not a wait without end.
  if (typeof afterMs !== 'number' || Number.isNaN(afterMs)) return giveUp
  const seconds = Math.ceil(Math.max(0, afterMs) / 1_000)
  return { kind: 'later', afterMs: 1_000 * Math.min(seconds, maxDelaySeconds) }
}

function toDelay(delays: unknown, read: OptionReader): RetryDelay {
  if (delays === 'exponential') return (retry) => 1_000 * 2 ** (retry - 1)
  if (isFunction<RetryDelay>(delays)) return delays
  if (isDelayList(delays)) {
    const list = [...delays]
    return (retry) => list[Math.min(retry, list.length) - 1] ?? 0
  }
  throw read.refuse(
    'delays',
    'is none of these',
    "'exponential', an array of milliseconds that is not empty, or a function",
  )
}

function isDelayList(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'number' && one >= 0)
}

function isFunction<T>(value: unknown): value is T & ((...args: never[]) => unknown) {
  return typeof value === 'function'
}
