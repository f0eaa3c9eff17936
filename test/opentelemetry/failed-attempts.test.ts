import type { SpanContext } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import type { BusEvent, Context } from '../../src/index.ts'
import { FailedAttempts } from '../../src/opentelemetry/failed-attempts.ts'

const event = (id: string): BusEvent => ({ id, type: 'a', source: 's', time: '', data: 0 })
const run = (attempt: number, name = 'h', group?: string): Context =>
  ({ attempt, subscription: { group, pattern: '#', name } }) as Context
const span = (spanId: string): SpanContext => ({ spanId, traceId: 't', traceFlags: 1 })

test('an attempt is named to the next one of the same handler, and once', () => {
  const failed = new FailedAttempts()
  failed.keep(event('1'), run(1), span('s1'))
  expect(failed.take(event('1'), run(1))).toBeUndefined()
  expect(failed.take(event('1'), run(2, 'other'))).toBeUndefined()
  expect(failed.take(event('1'), run(2, 'h', 'g'))).toBeUndefined()
  expect(failed.take(event('2'), run(2))).toBeUndefined()
  expect(failed.take(event('1'), run(2))).toEqual(span('s1'))
  expect(failed.take(event('1'), run(2))).toBeUndefined()
})

test('of those whose next attempt never comes here, the oldest are forgotten', () => {
  const failed = new FailedAttempts(2)
  for (const id of ['1', '2', '3']) failed.keep(event(id), run(1), span(id))
  expect(['1', '2', '3'].map((id) => failed.take(event(id), run(2))?.spanId)).toEqual([undefined, '2', '3'])
})
