import { expect, test } from 'vitest'
import { healthCheck, summarize } from '../../src/core/health.ts'

test('health is as bad as the worst of its checks', () => {
  const [pass, warn, fail] = [healthCheck('pass'), healthCheck('warn'), healthCheck('fail')]
  expect(summarize({}).status).toBe('pass')
  expect(summarize({ one: pass, two: pass }).status).toBe('pass')
  expect(summarize({ one: pass, two: warn, three: pass }).status).toBe('warn')
  expect(summarize({ one: fail, two: warn }).status).toBe('fail')
  expect(summarize({ one: warn, two: fail }).checks).toEqual({ one: warn, two: fail })
})

test('a check says when it was made, and only what it knows', () => {
  expect(Object.keys(healthCheck('pass'))).toEqual(['status', 'time'])
  expect(healthCheck('fail', 0, 'no consumer')).toMatchObject({ observedValue: 0, output: 'no consumer' })
  expect(Math.abs(Date.parse(healthCheck('pass').time) - Date.now())).toBeLessThan(1_000)
})

test('what fails is not ready, and neither is what lacks something that no check tells', () => {
  expect(summarize({ one: healthCheck('warn') }).ready).toBe(true)
  expect(summarize({ one: healthCheck('fail') }).ready).toBe(false)
  expect(summarize({ one: healthCheck('pass') }, false)).toMatchObject({ status: 'pass', ready: false })
})
