import { expect, test } from 'vitest'
import { Histogram } from '../../src/core/histogram.ts'

test('a duration counts in its own bucket and in all above it, the bound included', () => {
  const histogram = new Histogram([1, 10, 100])
  for (const ms of [0, 1, 1.01, 10, 99, 100, 101, 5_000]) histogram.observe(ms)
  expect(histogram.read()).toEqual({
    count: 8,
    seconds: 5.31201,
    buckets: [
      { maxSeconds: 0.001, count: 2 },
      { maxSeconds: 0.01, count: 4 },
      { maxSeconds: 0.1, count: 6 },
    ],
  })
})

test('what was read does not change with what comes later', () => {
  const histogram = new Histogram([1])
  const before = histogram.read()
  histogram.observe(0.5)
  expect(before).toEqual({ count: 0, seconds: 0, buckets: [{ maxSeconds: 0.001, count: 0 }] })
})
