import { expect, test } from 'vitest'
import { createEventBus, memory, silentLogger } from '../../src/index.ts'

test.each([
  { maxQueuedEvents: 10, publishers: 1 },
  { maxQueuedEvents: 1_000, publishers: 1 },
  { maxQueuedEvents: 1_000, publishers: 20 },
])('who awaits each publish never fills a queue of $maxQueuedEvents whose handler keeps up', async (scene) => {
  const transport = memory({ maxQueuedEvents: scene.maxQueuedEvents })
  await using bus = createEventBus({ source: 'test', logger: silentLogger, transport })
  let handled = 0
  await bus.subscribe('a.b', () => void handled++).ready
  const publishInTurn = async (): Promise<void> => {
    for (let number = 0; number < 5_000; number++) await bus.publish({ type: 'a.b', data: number })
  }
  await Promise.all(Array.from({ length: scene.publishers }, publishInTurn))
  await expect.poll(() => handled).toBe(5_000 * scene.publishers)
})

test('a burst that nobody awaits is stored as a whole, and handled in order', async () => {
  await using bus = createEventBus({ source: 'test', logger: silentLogger })
  const handled: number[] = []
  await bus.subscribe('a.b', ({ data }) => void handled.push(data as number)).ready
  const numbers = Array.from({ length: 20_000 }, (_, number) => number)
  await Promise.all(numbers.map((data) => bus.publish({ type: 'a.b', data })))
  await expect.poll(() => handled.length).toBe(numbers.length)
  expect(handled).toEqual(numbers)
})
