import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { maxCountedTypes, Meter } from '../../src/core/meter.ts'

test('each type has its counts; those beyond the bound share theirs', () => {
  const meter = new Meter()
  for (let number = 0; number < maxCountedTypes + 3; number++) meter.consumed(`type.${number}`)
  meter.published('type.0', meter.publishing())
  meter.published(`type.${maxCountedTypes}`, meter.publishing())
  const { eventTypes, otherEventTypes } = meter.read()
  expect(eventTypes.size).toBe(maxCountedTypes)
  expect(eventTypes.get('type.0')).toEqual({ published: 1, consumed: 1, handlerErrors: 0 })
  expect(otherEventTypes).toEqual({ published: 1, consumed: 3, handlerErrors: 0 })
})

test('a failed run counts as an error and as the retry that follows it', () => {
  const meter = new Meter()
  meter.failed('a', { kind: 'now' })
  meter.failed('a', { kind: 'later', afterMs: 1_000 })
  meter.failed('a', { kind: 'giveUp', reason: 'rejected' })
  const { eventTypes, retries } = meter.read()
  expect(eventTypes.get('a')).toEqual({ published: 0, consumed: 0, handlerErrors: 3 })
  expect(retries).toEqual({ immediate: 1, delayed: 1 })
})

test('each letter counts once, by its reason; retries are no letters', () => {
  const meter = new Meter()
  const about = { handlers: ['a', 'b'], attempts: 1, cause: new Error('no') }
  meter.gaveUp([
    { kind: 'deadLetter', reason: 'rejected', ...about },
    { kind: 'retry', afterMs: 1_000, ...about },
    { kind: 'deadLetter', reason: 'invalid', ...about },
    { kind: 'deadLetter', reason: 'invalid', ...about },
  ])
  expect(meter.read().deadLetters).toEqual({
    'handlers-failed': 0,
    rejected: 1,
    'handlers-gone': 0,
    invalid: 2,
    undecodable: 0,
    'delivery-limit': 0,
  })
})

test('handlers that follow each other in one turn have each their own time', async () => {
  await nextTurn()
  const meter = new Meter()
  const first = meter.running()
  work(4)
  meter.ran(first)
  const second = meter.running()
  work(4)
  const waiting = meter.awaiting(Promise.resolve('done'))
  const third = meter.running()
  expect(third).toBeGreaterThanOrEqual(second + 4)
  work(4)
  meter.ran(third)
  expect(await waiting).toBe('done')
  meter.ran(second)
  const { count, seconds, buckets } = meter.read().handlerDurations
  expect(count).toBe(3)
  expect(seconds).toBeGreaterThanOrEqual(0.016)
  expect(buckets[0]).toEqual({ maxSeconds: 0.001, count: 0 })
})

test('what was read does not change with what comes later', () => {
  const meter = new Meter()
  meter.consumed('a')
  const before = meter.read()
  meter.consumed('a')
  meter.missed('loss')
  meter.publishFailed('PUBLISH_TIMEOUT')
  expect(before.eventTypes.get('a')?.consumed).toBe(1)
  expect(before.gaps).toEqual({ start: 0, loss: 0 })
  expect(before.publishErrors.get('PUBLISH_TIMEOUT')).toBe(0)
})

function work(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}
