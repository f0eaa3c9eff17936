import { expect, test } from 'vitest'
import { awayStatus, resolveHealthOptions } from '../../src/core/health-options.ts'

test('a connection that is away warns after 5 s, and fails after 30 s', () => {
  const settings = resolveHealthOptions(undefined)
  const seen = [0, 4_999, 5_000, 29_999, 30_000].map((awayMs) => awayStatus(awayMs, settings))
  expect(seen).toEqual(['pass', 'pass', 'warn', 'warn', 'fail'])
})

test('with limits of 0 nothing passes that is away', () => {
  expect(awayStatus(0, { warnAfterMs: 0, failAfterMs: 0 })).toBe('fail')
  expect(awayStatus(0, { warnAfterMs: 0, failAfterMs: 1 })).toBe('warn')
})

test('one limit alone takes the other one along', () => {
  expect(resolveHealthOptions({ failAfterMs: 2_000 })).toEqual({ warnAfterMs: 2_000, failAfterMs: 2_000 })
  expect(resolveHealthOptions({ warnAfterMs: 60_000 })).toEqual({ warnAfterMs: 60_000, failAfterMs: 60_000 })
  expect(resolveHealthOptions({ warnAfterMs: 10_000 })).toEqual({ warnAfterMs: 10_000, failAfterMs: 30_000 })
})

test.for<[string, unknown, RegExp]>([
  ['a failure before the warning', { warnAfterMs: 2, failAfterMs: 1 }, /'failAfterMs' is less than 'warnAfterMs'/],
  ['a negative time', { warnAfterMs: -1 }, /'warnAfterMs' is out of range/],
  ['what is no number', { failAfterMs: '30' }, /'failAfterMs' is a string/],
  ['an unknown option', { failAfter: 1 }, /'failAfter' is not an option/],
  ['no object', 5, /the options are a number/],
])('refuses %s', ([, options, message]) => {
  expect(() => resolveHealthOptions(options)).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringMatching(message) }),
  )
})
