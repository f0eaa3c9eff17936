import { expect, test } from 'vitest'
import { healthResponse } from '../../src/core/health-response.ts'
import { healthCheck, summarize } from '../../src/core/health.ts'

test('what is ready is answered by 200, with a warning too, and what fails by 503', () => {
  const answers = (['pass', 'warn', 'fail'] as const).map((status) => {
    const { statusCode, contentType, body } = healthResponse(summarize({ one: healthCheck(status) }))
    return [statusCode, contentType, body.status]
  })
  expect(answers).toEqual([
    [200, 'application/health+json', 'pass'],
    [200, 'application/health+json', 'warn'],
    [503, 'application/health+json', 'fail'],
  ])
})

test('what is not ready fails for a probe, though all its checks pass', () => {
  const { statusCode, body } = healthResponse(summarize({ one: healthCheck('pass') }, false))
  expect(statusCode).toBe(503)
  expect(body).toMatchObject({ status: 'fail', output: expect.stringContaining('not every subscription is ready') })
})

test('each component is an array of what was seen, with reasons for what does not pass', () => {
  const checks = {
    'connection:publish': healthCheck('pass', 'connecting', 'lost a moment ago'),
    publisher: healthCheck('warn', 7, 'They wait.', 'events'),
    'store:sqlite': healthCheck('pass', 0),
  }
  const { body } = healthResponse(summarize(checks))
  const time = expect.stringMatching(/^\d{4}-.*Z$/) as string
  expect(body).toEqual({
    status: 'warn',
    checks: {
      'connection:publish': [{ componentType: 'component', status: 'pass', observedValue: 'connecting', time }],
      publisher: [
        {
          componentType: 'component',
          status: 'warn',
          observedValue: 7,
          observedUnit: 'events',
          time,
          output: 'They wait.',
        },
      ],
      'store:sqlite': [{ componentType: 'datastore', status: 'pass', observedValue: 0, time }],
    },
  })
})
