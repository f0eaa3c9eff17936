import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { EventBusError } from '../../src/core/errors.ts'
import { storeErrorOf } from '../../src/store/postgres/errors.ts'

/** An error as `pg` passes on what the server said. */
function serverError(code: string): Error {
  return Object.assign(new Error('what the server said'), { code })
}

describe('an error of the server, by its SQLSTATE', () => {
  test.each([
    ['53100', 'STORE_FULL', 'Make room'],
    ['53300', 'STORE_UNAVAILABLE', 'lacks connections'],
    ['08006', 'STORE_UNAVAILABLE', 'Try again'],
    ['28P01', 'STORE_UNAVAILABLE', 'refused the role or its password'],
    ['40P01', 'STORE_UNAVAILABLE', 'in the way'],
    ['42501', 'STORE_UNAVAILABLE', 'Grant it'],
    ['25006', 'STORE_UNAVAILABLE', 'takes no writes'],
    ['55P03', 'STORE_UNAVAILABLE', 'raise lockTimeoutMs'],
    ['57014', 'STORE_UNAVAILABLE', 'statement_timeout'],
    ['57P01', 'STORE_UNAVAILABLE', 'ended the connection'],
    ['XX001', 'STORE_CORRUPT', 'restore a backup'],
    ['XX002', 'STORE_CORRUPT', 'REINDEX'],
    ['26000', 'STORE_FAILED', 'set preparedStatements to false'],
    ['42P05', 'STORE_FAILED', 'set preparedStatements to false'],
    ['42P01', 'STORE_UNAVAILABLE', 'Restore it from a backup'],
    ['3F000', 'STORE_UNAVAILABLE', 'was removed'],
    ['42703', 'STORE_UNAVAILABLE', 'was removed'],
    ['42883', 'STORE_UNAVAILABLE', 'was removed'],
    ['22003', 'STORE_FAILED', 'Nothing was changed'],
  ])('%s is %s', (state, code, advice) => {
    const cause = serverError(state)
    const error = storeErrorOf(cause, 'orders')
    expect(error).toMatchObject({ code, cause })
    expect(error.message).toMatch(/^PostgreSQL store 'orders': what the server said\. /)
    expect(error.message).toContain(advice)
  })
})

test('what the server quotes of the data goes no further', () => {
  const quoted = { detail: 'hunter2', where: 'JSON data, line 1: hunter2', internalQuery: 'hunter2' }
  expect(inspect(storeErrorOf(Object.assign(serverError('22P05'), quoted), 'orders'))).not.toContain('hunter2')
})

test('what does not come from the server is an outage', () => {
  for (const code of ['ECONNREFUSED', 'EPIPE', undefined])
    expect(storeErrorOf(Object.assign(new Error(''), { code }), 'orders')).toMatchObject({ code: 'STORE_UNAVAILABLE' })
  const refused = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' })
  expect(storeErrorOf(refused, 'orders').message).toContain('ECONNREFUSED')
})

test('an error of the store stays what it is', () => {
  const error = new EventBusError('DEPENDENCY_MISSING', 'no pg')
  expect(storeErrorOf(error, 'orders')).toBe(error)
})
