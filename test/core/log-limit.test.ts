import { expect, test } from 'vitest'
import { limited } from '../../src/core/log-limit.ts'
import { createEventBus, DeadLetter } from '../../src/index.ts'
import { testClock } from '../../src/testing/index.ts'
import { keepingLogger } from '../support/log-lines.ts'
import { waitFor } from '../support/wait-for.ts'

function makeLimited() {
  const { logger, lines } = keepingLogger()
  const clock = testClock()
  return { logger: limited(logger, clock), lines, clock }
}

test('the same line comes at once, then once in 10 s with how many were held back', () => {
  const { logger, lines, clock } = makeLimited()
  for (let i = 0; i < 5; i++) logger.warn({ queue: 'a', number: i }, 'Lost')
  expect(lines).toEqual([{ level: 'warn', fields: { queue: 'a', number: 0 }, message: 'Lost' }])
  clock.advance(9_999)
  expect(lines).toHaveLength(1)
  clock.advance(1)
  expect(lines).toHaveLength(2)
  expect(lines[1]).toEqual({
    level: 'warn',
    fields: { queue: 'a', number: 4, held_back: 4, last_at: expect.stringMatching(/^\d{4}-.*Z$/) },
    message: 'Lost',
  })
})

test('what goes on is told once in 10 s, and all of it is counted', () => {
  const { logger, lines, clock } = makeLimited()
  for (let i = 0; i < 60; i++) {
    logger.error({}, 'Again')
    clock.advance(1_000)
  }
  logger.flush()
  expect(lines).toHaveLength(7)
  const counted = lines.map(({ fields }) => (fields.held_back as number | undefined) ?? 1)
  expect(counted.reduce((sum, one) => sum + one)).toBe(60)
})

test('after 10 s of silence a line comes at once again, as it is', () => {
  const { logger, lines, clock } = makeLimited()
  logger.info({}, 'Connected')
  clock.advance(10_000)
  logger.info({}, 'Connected')
  expect(lines.map(({ fields }) => fields)).toEqual([{}, {}])
})

test('lines of different levels, messages, fields and errors are different', () => {
  const { logger, lines } = makeLimited()
  logger.info({}, 'Lost')
  logger.warn({}, 'Lost')
  logger.warn({}, 'Found')
  for (const handler of ['one', 'two']) logger.warn({ handler }, 'Lost')
  for (const code of ['A', 'B']) logger.warn({ code }, 'Lost')
  for (const why of ['this', 'that']) logger.warn({ err: new Error(why) }, 'Lost')
  logger.warn({ err: new TypeError('that') }, 'Lost')
  expect(lines).toHaveLength(10)
})

test('the same failure of one handler for many events is one line', () => {
  const { logger, lines } = makeLimited()
  for (const event_id of ['1', '2', '3']) logger.warn({ event_id, handler: 'work', err: new Error('no') }, 'Failed')
  expect(lines).toHaveLength(1)
  logger.flush()
  expect(lines[1]?.fields).toMatchObject({ event_id: '3', held_back: 2 })
})

test('lines that name their events in their text, or in that of their error, are one line, too', () => {
  const { logger, lines } = makeLimited()
  for (const event_id of ['id-1', 'id-2', 'id-3'])
    logger.warn({ event_id, err: new Error(`no ${event_id}`) }, `The event '${event_id}' runs alone`)
  expect(lines).toHaveLength(1)
  logger.flush()
  expect(lines[1]).toMatchObject({ message: "The event 'id-3' runs alone", fields: { event_id: 'id-3', held_back: 2 } })
})

test('debug is not held back', () => {
  const { logger, lines } = makeLimited()
  for (let i = 0; i < 3; i++) logger.debug({}, 'Consuming')
  expect(lines).toHaveLength(3)
})

test('a flush tells what is held back, once, and leaves no timers', () => {
  const { logger, lines, clock } = makeLimited()
  for (const queue of ['a', 'a', 'b']) logger.warn({ queue }, 'Lost')
  logger.flush()
  logger.flush()
  expect(lines.map(({ fields }) => fields.held_back)).toEqual([undefined, undefined, 1])
  expect(clock.pending).toBe(0)
})

test('with very many different lines memory is bounded, and what leaves it is told first', () => {
  const { logger, lines, clock } = makeLimited()
  logger.warn({ queue: 'first' }, 'Lost')
  logger.warn({ queue: 'first' }, 'Lost')
  for (let i = 0; i < 1_000; i++) logger.warn({ queue: String(i) }, 'Lost')
  expect(clock.pending).toBe(200)
  expect(lines).toHaveLength(1_002)
  expect(lines.filter(({ fields }) => fields.held_back === 1)).toMatchObject([{ fields: { queue: 'first' } }])
})

test('a handler that fails for every event does not flood; what handlers log themselves all comes', async () => {
  const { logger, lines } = keepingLogger()
  const bus = createEventBus({ source: 'shop', logger })
  let handled = 0
  const work = (_: unknown, context: { logger: typeof logger }): void => {
    context.logger.info({}, 'Working')
    handled++
    throw new DeadLetter('never')
  }
  await bus.subscribe('a.b', work, { name: 'work' }).ready
  for (let i = 0; i < 20; i++) await bus.publish({ type: 'a.b', data: null })
  await waitFor(() => handled === 20)
  const failures = () => lines.filter(({ level }) => level === 'error')
  await bus.close()
  expect(lines.filter(({ message }) => message === 'Working')).toHaveLength(20)
  expect(failures().map(({ fields }) => fields.held_back)).toEqual([undefined, 19])
  expect(failures()[1]?.fields).toMatchObject({ handler: 'work', event_type: 'a.b', err: expect.any(DeadLetter) })
})
