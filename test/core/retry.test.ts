import { describe, expect, test } from 'vitest'
import { DeadLetter, nextStep, resolveRetryOptions, RetryLater, type RetryOptions } from '../../src/core/retry.ts'

const failure = new Error('refused on purpose')
const longestMs = 1_000 * 2 ** 25
const giveUp = { kind: 'giveUp', reason: 'handlers-failed' }

/** What follows each attempt until the end, as seconds of waiting. */
function waitsOf(options: RetryOptions, error: Error = failure): number[] {
  const policy = resolveRetryOptions(options)
  const waits: number[] = []
  for (let attempt = 1; ; attempt++) {
    const step = nextStep(policy, attempt, error)
    if (step.kind === 'giveUp') return waits
    waits.push(step.kind === 'now' ? 0 : step.afterMs / 1_000)
  }
}

function waitFor(options: RetryOptions): unknown {
  return nextStep(resolveRetryOptions({ immediate: 0, ...options }), 1, failure)
}

describe('a handler that goes on failing', () => {
  test('runs ten times by default: three at once, then after 1, 2, 4, ... 64 s', () => {
    expect(waitsOf({})).toEqual([0, 0, 1, 2, 4, 8, 16, 32, 64])
    expect(resolveRetryOptions(undefined)).toMatchObject({ immediate: 2, maxAttempts: 10 })
  })

  test.for<[string, RetryOptions, number[]]>([
    ['never, if one attempt is all', { maxAttempts: 1 }, []],
    ['at once only, if the attempts end there', { maxAttempts: 3 }, [0, 0]],
    ['not at once, if that is not wanted', { immediate: 0, maxAttempts: 4 }, [1, 2, 4]],
    ['as often as a list has delays', { immediate: 1, delays: [5_000, 60_000] }, [0, 5, 60]],
    [
      'after the last delay of a list, if there are more attempts',
      { delays: [5_000], maxAttempts: 6 },
      [0, 0, 5, 5, 5],
    ],
    ['as often as wanted, if a list has more delays', { immediate: 0, delays: [1, 2, 3], maxAttempts: 2 }, [1]],
    [
      'after what a function says, which is asked from 1 on',
      { delays: (retry) => 1_500 * retry, maxAttempts: 6 },
      [0, 0, 2, 3, 5],
    ],
    ['whatever its error, if `retryIf` agrees', { maxAttempts: 3, retryIf: () => true }, [0, 0]],
    ['never, if `retryIf` does not agree', { retryIf: ({ message }) => message !== failure.message }, []],
  ])('runs again %s', ([, options, waits]) => {
    expect(waitsOf(options)).toEqual(waits)
  })

  test('is asked about by its error', () => {
    const asked: unknown[] = []
    const delays = (retry: number, error: Error): number => asked.push(retry, error)
    const retryIf = (error: Error): boolean => asked.push(error) > 0
    waitFor({ delays, retryIf })
    expect(asked).toEqual([failure, 1, failure])
  })
})

test('delays are whole seconds, rounded up, of 2^25 at the most', () => {
  for (const [delay, afterMs] of [
    [0, 0],
    [-5, 0],
    [0.001, 1_000],
    [1_000, 1_000],
    [1_001, 2_000],
    [longestMs, longestMs],
    [longestMs + 1, longestMs],
    [Number.MAX_VALUE, longestMs],
    [Infinity, longestMs],
    [-Infinity, 0],
  ] as const) {
    expect(waitFor({ delays: () => delay })).toEqual({ kind: 'later', afterMs })
    expect(nextStep(resolveRetryOptions({}), 1, new RetryLater({ afterMs: delay }))).toEqual({ kind: 'later', afterMs })
  }
  expect(nextStep(resolveRetryOptions({ maxAttempts: 5_000 }), 4_000, failure)).toEqual({
    kind: 'later',
    afterMs: longestMs,
  })
})

describe('a mistake in the policy keeps the event in the dead letters:', () => {
  const fault = (): never => {
    throw new TypeError('no such property')
  }

  test.for<[string, RetryOptions]>([
    ['`retryIf` throws', { retryIf: fault }],
    ['`retryIf` answers later', { retryIf: (async () => fault()) as never }],
    ['`delays` answers later', { delays: (async () => fault()) as never }],
    ['`delays` throws', { delays: fault }],
    ['`delays` answers NaN', { delays: () => NaN }],
    ['`delays` answers nothing', { delays: (() => {}) as () => number }],
    ['`delays` answers text', { delays: (() => '1000') as unknown as () => number }],
  ])('%s', ([, options]) => {
    expect(waitFor(options)).toEqual(giveUp)
  })

  test('`RetryLater` without a time', () => {
    const error = new RetryLater({} as { afterMs: number })
    expect(nextStep(resolveRetryOptions({}), 1, error)).toEqual(giveUp)
  })
})

describe('a handler decides itself:', () => {
  test('`RetryLater` waits as long as it says, whatever the policy, and counts as an attempt', () => {
    const later = new RetryLater({ afterMs: 7_000, cause: failure })
    expect(waitsOf({ immediate: 5, delays: [1_000], maxAttempts: 3, retryIf: () => false }, later)).toEqual([7, 7])
    expect(later).toMatchObject({ name: 'RetryLater', message: 'retry after 7000 ms', afterMs: 7_000, cause: failure })
  })

  test('`DeadLetter` ends it at once, whatever the policy', () => {
    const never = new DeadLetter('no such customer', { cause: failure })
    for (const attempt of [1, 3, 10, 11]) {
      expect(nextStep(resolveRetryOptions({}), attempt, never)).toEqual({ kind: 'giveUp', reason: 'rejected' })
    }
    expect(never).toMatchObject({ name: 'DeadLetter', message: 'no such customer', cause: failure })
  })
})

test('more attempts than there may be end as well: a policy can become stricter while an event waits', () => {
  expect(nextStep(resolveRetryOptions({ maxAttempts: 3 }), 8, failure)).toEqual(giveUp)
})

describe('a policy is refused that has', () => {
  test.for<[string, object, RegExp]>([
    ['less than no immediate retries', { immediate: -1 }, /'immediate' is out of range/],
    ['too many immediate retries', { immediate: 101 }, /'immediate' is out of range/],
    ['half an attempt', { maxAttempts: 1.5 }, /'maxAttempts' is a number; allowed: an integer from 1 to 10000/],
    ['no attempt', { maxAttempts: 0 }, /'maxAttempts' is out of range/],
    ['an empty list', { delays: [] }, /'delays' is none of these; allowed: 'exponential', an array/],
    ['a delay below 0', { delays: [1, -1] }, /'delays' is none of these/],
    ['a delay that is no number', { delays: [1, NaN] }, /'delays' is none of these/],
    ['a delay that is text', { delays: ['1'] }, /'delays' is none of these/],
    ['one number as delays', { delays: 1_000 }, /'delays' is none of these/],
    ['unknown delays', { delays: 'linear' }, /'delays' is none of these/],
    ['a condition that is no function', { retryIf: true }, /'retryIf' is a boolean; allowed: a function/],
    ['an unknown option', { retries: 3 }, /'retries' is not an option/],
  ])('%s', ([, options, message]) => {
    expect(() => resolveRetryOptions(options)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringMatching(message) }),
    )
  })
})
