import { afterEach, expect, test } from 'vitest'
import { createEventBus, memory, RetryLater, silentLogger } from '../../src/index.ts'
import { testClock } from '../../src/testing/index.ts'
import { waitFor } from '../support/wait-for.ts'

const buses: { close(): Promise<unknown> }[] = []

afterEach(() => Promise.all(buses.splice(0).map((bus) => bus.close())))

function makeBus() {
  const clock = testClock()
  const transport = memory({ clock })
  const bus = createEventBus({ source: 'test', transport, logger: silentLogger })
  buses.push(bus)
  return { bus, clock, transport }
}

test('the default retries: three at once, then after 1, 2, 4, ... 64 s, then the dead letters', async () => {
  const { bus, clock, transport } = makeBus()
  const attempts: number[] = []
  await bus.subscribe(
    'a.b',
    (_event, { attempt }) => {
      attempts.push(attempt)
      throw new Error('always')
    },
    { name: 'fails' },
  ).ready
  await bus.publish({ type: 'a.b', data: 1 })
  for (let retry = 0; retry < 7; retry++) {
    await waitFor(() => attempts.length === 3 + retry && clock.pending === 1)
    clock.advance(1_000 * 2 ** retry - 1)
    expect(clock.pending).toBe(1)
    clock.advance(1)
  }
  await waitFor(() => transport.deadLetters.length === 1)
  expect(attempts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(transport.deadLetters[0]?.why).toMatchObject({
    reason: 'handlers-failed',
    attempts: 10,
    handlers: ['a.b fails'],
  })
})

test('delays of any length: a year passes at once', async () => {
  const { bus, clock } = makeBus()
  const seen: string[] = []
  await bus.subscribe('a.*', ({ type }, { attempt }) => {
    seen.push(`${type} ${attempt}`)
    if (type === 'a.retry' && attempt === 1) throw new RetryLater({ afterMs: 1_000 * 2 ** 25 })
  }).ready
  await bus.publish({ type: 'a.retry', data: 1 })
  await bus.publish({ type: 'a.scheduled', data: 1 }, { afterMs: 999_999_500 })
  await waitFor(() => clock.pending === 2)
  clock.advance(1_000_000_000)
  await waitFor(() => seen.includes('a.scheduled 1'))
  clock.advance(1_000 * 2 ** 25)
  await waitFor(() => seen.includes('a.retry 2'))
  expect(seen).toEqual(['a.retry 1', 'a.scheduled 1', 'a.retry 2'])
})
