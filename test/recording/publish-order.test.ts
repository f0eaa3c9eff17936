import { expect, test } from 'vitest'
import { PublishOrder } from '../../src/core/publish-order.ts'
import { waitFor } from '../support/wait-for.ts'

function orderOf(count: number) {
  const passed: number[] = []
  const order = new PublishOrder<number>((item) => passed.push(item))
  const expected = Array.from({ length: count }, (_, item) => order.expect(item))
  const confirm = (...items: number[]): void => items.forEach((item) => expected[item]?.confirmed())
  const fail = (...items: number[]): void => items.forEach((item) => expected[item]?.failed())
  return { passed, order, confirm, fail }
}

test('what is confirmed in another order is passed on as it was published', () => {
  const { passed, order, confirm } = orderOf(5)
  confirm(3, 1)
  expect(passed).toEqual([])
  expect(order.held).toBe(2)
  confirm(0)
  expect(passed).toEqual([0, 1])
  confirm(4, 2)
  expect(passed).toEqual([0, 1, 2, 3, 4])
  expect(order.held).toBe(0)
})

test('what failed holds up nobody', () => {
  const { passed, confirm, fail } = orderOf(4)
  confirm(1, 3)
  fail(0)
  expect(passed).toEqual([1])
  fail(2)
  expect(passed).toEqual([1, 3])
})

test('a confirm that is late holds up the others for a second at the most, and comes behind them', async () => {
  const { passed, order, confirm } = orderOf(4)
  confirm(1, 2)
  await waitFor(() => passed.length === 2)
  expect(order.held).toBe(0)
  confirm(3, 0)
  expect(passed).toEqual([1, 2, 0, 3])
})

test('a hundred thousand that are confirmed from the first to the last take no time', () => {
  const { passed, confirm } = orderOf(100_000)
  const start = performance.now()
  for (let item = 0; item < 100_000; item++) confirm(item)
  expect(passed).toHaveLength(100_000)
  expect(performance.now() - start).toBeLessThan(20_000)
})
