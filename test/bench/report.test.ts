import { expect, test } from 'vitest'
import { checkRatio } from '../../bench/report/check.ts'
import { type Figure, figureOf, ratioOf } from '../../bench/report/figures.ts'

function figure(contender: string, ...values: readonly number[]): Figure {
  return figureOf({ axis: 'consume', measure: 'events/s', contender }, values)
}

test('a figure is compared run by run, as far as both have the same runs', () => {
  const [one, other] = [figure('one', 2, 4, 9), figure('other', 1, 8, 3)]
  expect(ratioOf(one, other)).toBe(2)
  expect(ratioOf(other, one)).toBe(0.5)
  expect(ratioOf(one, figure('other', 1, 3))).toBe(4 / 2)
})

test('a ratio is met within its limits, and not where a figure is missing', () => {
  const figures = [figure('one', 3), figure('other', 2)]
  const sideOf = (contender: string) => ({ contender, measure: 'events/s' })
  const check = (limits: { atLeast?: number; atMost?: number }, of = 'one', axis = 'consume') =>
    checkRatio({ what: 'a ratio', axis, of: sideOf(of), to: sideOf('other'), ...limits }, figures)
  expect(check({ atLeast: 1.5, atMost: 1.5 })).toMatchObject({ measured: 1.5, isMet: true })
  expect(check({ atLeast: 1.6 })).toMatchObject({ measured: 1.5, isMet: false })
  expect(check({ atMost: 1.4 })).toMatchObject({ measured: 1.5, isMet: false })
  expect(check({ atLeast: 0 }, 'nobody')).toMatchObject({ measured: undefined, isMet: false })
  expect(check({ atLeast: 0 }, 'one', 'publish')).toMatchObject({ measured: undefined, isMet: false })
})
