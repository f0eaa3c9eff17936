import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { EventBusError } from '../../src/core/errors.ts'
import { loggable } from '../../src/core/loggable-error.ts'

const secret = 'hunter2'

test('of what a schema says of data the places are left', () => {
  const issues = [
    { path: ['data', 'kind'], message: `expected "one", received\n"${secret}"` },
    { path: ['data', 'list', 0], message: `not ${secret}` },
    { path: [], message: secret },
  ]
  const list = issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
  const error = new EventBusError('EVENT_INVALID', `Event 'a.b' is invalid: ${list}`, {
    issues,
    cause: new Error(secret),
  })
  const told = loggable(error)
  expect(told).toMatchObject({
    code: 'EVENT_INVALID',
    message: "Event 'a.b' is invalid: data.kind; data.list.0; the event",
  })
  expect(inspect(told)).not.toContain(secret)
  expect(told.stack).toContain('loggable-error.test.ts')
})

test('what a function for credentials threw is left out, however deep it is', () => {
  const asked = new EventBusError('CREDENTIALS_UNAVAILABLE', "The function 'credentials' failed (Error)", {
    cause: new Error(secret),
  })
  for (const error of [asked, new EventBusError('PUBLISH_TIMEOUT', `Not sent (${asked.message})`, { cause: asked })]) {
    expect(inspect(loggable(error))).not.toContain(secret)
    expect(loggable(error)).toMatchObject({ code: error.code, message: error.message })
  }
})

test('every other error is logged as it is', () => {
  const cause = new Error('why')
  for (const error of [cause, new TypeError('x', { cause }), new EventBusError('BROKER_ERROR', 'x', { cause })])
    expect(loggable(error)).toBe(error)
})
