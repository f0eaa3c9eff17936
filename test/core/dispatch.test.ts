import { describe, expect, test } from 'vitest'
import { decide } from '../../src/core/dispatch.ts'
import type { FailedResult, HandlerResult } from '../../src/core/handler-run.ts'

const done: HandlerResult = { kind: 'done' }
const giveUp = { kind: 'giveUp', reason: 'handlers-failed' } as const
const later = (seconds: number): FailedResult['next'] => ({ kind: 'later', afterMs: 1_000 * seconds })
const skipped: HandlerResult = { kind: 'skipped' }
const interrupted: HandlerResult = { kind: 'interrupted' }
const failed = (handler: string, attempts = 3, next: FailedResult['next'] = giveUp): FailedResult => ({
  kind: 'failed',
  handler,
  attempts,
  cause: new Error(handler),
  next,
})

describe.each(['instance', 'group'] as const)('a delivery of a point of kind %s', (kind) => {
  test('is acknowledged when all its handlers succeeded', () => {
    expect(decide([done, done], kind)).toEqual({ kind: 'ack' })
  })

  test('is acknowledged when some succeeded and the others had gone', () => {
    expect(decide([done, skipped], kind)).toEqual({ kind: 'ack' })
  })

  test('comes again when one handler was interrupted, whatever the others did', () => {
    expect(decide([done, interrupted, failed('a')], kind)).toEqual({ kind: 'release' })
  })

  test('goes to the dead letters for those that failed for good: one letter, the first error', () => {
    const [first, second] = [failed('a'), failed('b')]
    const { cause } = first
    expect(decide([done, first, skipped, second], kind)).toEqual({
      kind: 'forward',
      copies: [{ kind: 'deadLetter', reason: 'handlers-failed', handlers: ['a', 'b'], attempts: 3, cause }],
    })
  })

  test('comes again later for those that failed for now: one copy for each delay and number of attempts', () => {
    const results = [
      failed('a', 1, later(1)),
      failed('b', 1, later(2)),
      failed('c', 1, later(1)),
      failed('d', 2, later(1)),
    ]
    const [a, b, , d] = results.map(({ cause }) => cause)
    expect(decide([...results, done], kind)).toEqual({
      kind: 'forward',
      copies: [
        { kind: 'retry', afterMs: 1_000, handlers: ['a', 'c'], attempts: 1, cause: a },
        { kind: 'retry', afterMs: 2_000, handlers: ['b'], attempts: 1, cause: b },
        { kind: 'retry', afterMs: 1_000, handlers: ['d'], attempts: 2, cause: d },
      ],
    })
  })

  test('does both where handlers fared differently, with a letter for each reason', () => {
    const results = [
      failed('a', 3, later(1)),
      failed('b', 3, giveUp),
      failed('c', 3, { kind: 'giveUp', reason: 'rejected' }),
      failed('d', 3, { kind: 'giveUp', reason: 'handlers-gone' }),
    ]
    const outcome = decide(results, kind)
    const copies = outcome.kind === 'forward' ? outcome.copies : []
    expect(copies.map((copy) => [copy.kind === 'retry' ? copy.afterMs : copy.reason, ...copy.handlers])).toEqual([
      [1_000, 'a'],
      ['handlers-failed', 'b'],
      ['rejected', 'c'],
      ['handlers-gone', 'd'],
    ])
  })
})

test('an event that no handler is left for is over for an instance, and goes to another member of a group', () => {
  for (const results of [[], [skipped], [skipped, skipped]]) {
    expect(decide(results, 'instance')).toEqual({ kind: 'ack' })
    expect(decide(results, 'group')).toEqual({ kind: 'release' })
  }
})
