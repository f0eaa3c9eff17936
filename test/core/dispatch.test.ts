import { describe, expect, test } from 'vitest'
import { decide } from '../../src/core/dispatch.ts'
import type { HandlerResult } from '../../src/core/handler-run.ts'

const done: HandlerResult = { kind: 'done' }
const skipped: HandlerResult = { kind: 'skipped' }
const interrupted: HandlerResult = { kind: 'interrupted' }
const failed = (handler: string, attempts = 3): HandlerResult & { kind: 'failed' } => ({
  kind: 'failed',
  handler,
  attempts,
  cause: new Error(handler),
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

  test('is a dead letter when one failed: it names all that failed, the most attempts, the first error', () => {
    const [first, second] = [failed('a', 1), failed('b', 3)]
    expect(decide([done, first, skipped, second], kind)).toEqual({
      kind: 'deadLetter',
      reason: 'handlers-failed',
      handlers: ['a', 'b'],
      attempts: 3,
      cause: first.cause,
    })
  })
})

test('an event that no handler is left for is over for an instance, and goes to another member of a group', () => {
  for (const results of [[], [skipped], [skipped, skipped]]) {
    expect(decide(results, 'instance')).toEqual({ kind: 'ack' })
    expect(decide(results, 'group')).toEqual({ kind: 'release' })
  }
})
