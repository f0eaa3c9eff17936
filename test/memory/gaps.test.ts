import { expect, test } from 'vitest'
import { createEventBus, type Gap, memory, silentLogger } from '../../src/index.ts'
import { testClock } from '../../src/testing/index.ts'

test('an instance that was away for longer than its queue is kept starts anew', async () => {
  const clock = testClock()
  const transport = memory({ clock })
  const hours = (count: number): number => count * 60 * 60 * 1_000
  const visit = async (): Promise<Gap['kind'][]> => {
    const bus = createEventBus({ source: 'test', instance: 'a', logger: silentLogger, transport })
    const gaps: Gap['kind'][] = []
    bus.on('gap', ({ kind }) => gaps.push(kind))
    await bus.subscribe('a.b', () => {}).ready
    expect(bus.measurements().gaps.loss).toBe(0)
    await bus.close()
    return gaps
  }
  expect(await visit()).toEqual(['start'])
  clock.advance(hours(23))
  expect(await visit()).toEqual([])
  clock.advance(hours(25))
  expect(await visit()).toEqual(['start'])
})
