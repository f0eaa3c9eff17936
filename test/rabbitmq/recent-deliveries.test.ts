import { expect, test, vi } from 'vitest'
import { RecentDeliveries, type Settlement } from '../../src/rabbitmq/recent-deliveries.ts'

test('a delivery that comes for the first time is handled, also under an id that was seen before', async () => {
  const recent = new RecentDeliveries()
  const work = vi.fn(async (): Promise<Settlement> => 'ack')
  await recent.settle('one', false, work)
  await recent.settle('one', false, work)
  await recent.settle('two', true, work)
  expect(work).toHaveBeenCalledTimes(3)
})

test('a redelivery waits for the run that it repeats, and has its outcome', async () => {
  const recent = new RecentDeliveries()
  const running = Promise.withResolvers<Settlement>()
  const first = recent.settle('one', false, () => running.promise)
  const again = recent.settle('one', true, () => expect.unreachable('it runs already'))
  running.resolve('ack')
  expect(await Promise.all([first, again])).toEqual(['ack', 'ack'])
})

test('a redelivery of what was forgotten is handled again', async () => {
  const recent = new RecentDeliveries()
  await recent.settle('one', false, async () => 'release')
  recent.forget('one')
  expect(await recent.settle('one', true, async () => 'ack')).toBe('ack')
})

test('more ids than can be in hand are remembered, and not all for ever', async () => {
  const recent = new RecentDeliveries()
  const work = vi.fn(async (): Promise<Settlement> => 'ack')
  for (let id = 0; id < 20_000; id++) void recent.settle(String(id), false, work)
  work.mockClear()
  for (let id = 15_000; id < 20_000; id++) void recent.settle(String(id), true, work)
  expect(work).not.toHaveBeenCalled()
  void recent.settle('0', true, work)
  expect(work).toHaveBeenCalledTimes(1)
})
