import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { exactTime, turnTime } from '../../src/core/turn-time.ts'

function work(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

test('the time of a turn stands still, and goes on with the next one', async () => {
  await nextTurn()
  const first = turnTime()
  work(2)
  expect(turnTime()).toBe(first)
  await Promise.resolve()
  expect(turnTime()).toBe(first)
  await nextTurn()
  expect(turnTime()).toBeGreaterThanOrEqual(first + 2)
})

test('the exact time is that of now, and of the turn from then on', async () => {
  await nextTurn()
  const first = turnTime()
  work(2)
  const exact = exactTime()
  expect(exact).toBeGreaterThanOrEqual(first + 2)
  expect(turnTime()).toBe(exact)
})
