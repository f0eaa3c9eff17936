import { expect, test, vi } from 'vitest'
import { RecentDeliveries, type Settlement } from '../../src/rabbitmq/recent-deliveries.ts'

test('a delivery that comes for the first time is handled, also under an id that was seen before', async () => {
  const recent = new RecentDeliveries(100)
  const work = vi.fn(async (): Promise<Settlement> => 'ack')
  await recent.settle('one', false, work)
  await recent.settle('one', false, work)
  await recent.settle('two', true, work)
  expect(work).toHaveBeenCalledTimes(3)
})

test('a redelivery waits for the run that it repeats, and has its outcome', async () => {
  const recent = new RecentDeliveries(100)
  const running = Promise.withResolvers<Settlement>()
  const first = recent.settle('one', false, () => running.promise)
  const again = recent.settle('one', true, () => expect.unreachable('it runs already'))
  running.resolve('ack')
  expect(await Promise.all([first, again])).toEqual(['ack', 'ack'])
})

test('a redelivery of what was handed back is handled again', async () => {
  const recent = new RecentDeliveries(100)
  await recent.settle('one', false, async () => 'release')
  const work = vi.fn(async (): Promise<Settlement> => 'ack')
  await recent.settle('one', true, work)
  expect(work).toHaveBeenCalledOnce()
})

test('more ids than can be unacknowledged are remembered, and not all for ever', async () => {
  const recent = new RecentDeliveries(5_000)
  const work = vi.fn(async (): Promise<Settlement> => 'ack')
  for (let id = 0; id < 50_000; id++) await recent.settle(String(id), false, work)
  work.mockClear()
  for (let id = 30_000; id < 50_000; id++) await recent.settle(String(id), true, work)
  expect(work).not.toHaveBeenCalled()
  await recent.settle('0', true, work)
  expect(work).toHaveBeenCalledTimes(1)
})

test('a run that takes long is known for as long, whatever comes behind it', async () => {
  const recent = new RecentDeliveries(1)
  const running = Promise.withResolvers<Settlement>()
  void recent.settle('slow', false, () => running.promise)
  for (let id = 0; id < 10_000; id++) await recent.settle(String(id), false, async () => 'ack')
  const again = recent.settle('slow', true, () => expect.unreachable('it runs already'))
  running.resolve('ack')
  expect(await again).toBe('ack')
})
