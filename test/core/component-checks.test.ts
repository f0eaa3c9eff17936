import { expect, test } from 'vitest'
import type { ComponentCheck } from '../../src/core/api.ts'
import { ComponentChecks } from '../../src/core/component-checks.ts'
import { healthCheck } from '../../src/core/health.ts'
import { createEventBus } from '../../src/index.ts'

const never = (): Promise<never> => new Promise(() => {})

test.each<[string, ComponentCheck, string, string | undefined]>([
  ['answers', () => healthCheck('warn', 3, 'Look here'), 'warn', 'Look here'],
  ['answers later', async () => healthCheck('pass'), 'pass', undefined],
  ['throws', () => fail('thrown'), 'fail', 'The check itself failed: thrown'],
  ['rejects', async () => fail('rejected'), 'fail', 'The check itself failed: rejected'],
  ['never answers', never, 'fail', 'The check did not answer within 20 ms'],
  ['answers with nothing', () => undefined as never, 'fail', "The check answered without a 'status'"],
  ['has another status', () => ({ status: 'toString' }) as never, 'fail', "The check answered without a 'status'"],
])('a check that %s', async (_, check, status, output) => {
  const checks = new ComponentChecks()
  checks.add('database', check)
  checks.add('other', () => healthCheck('pass'))
  const { database, other } = await checks.take(20)
  expect(database?.status).toBe(status)
  if (output === undefined) expect(database).not.toHaveProperty('output')
  else expect(database?.output).toContain(output)
  expect(other?.status).toBe('pass')
})

test('a bus has the checks that were added, until they are taken away', async () => {
  await using bus = createEventBus({ source: 'shop' })
  const remove = bus.addHealthCheck('database', async () => healthCheck('fail', undefined, 'No answer'))
  expect(await bus.healthCheck()).toMatchObject({
    status: 'fail',
    ready: false,
    checks: { database: { output: 'No answer' } },
  })
  remove()
  const { status, checks } = await bus.healthCheck()
  expect(status).toBe('pass')
  expect(checks).not.toHaveProperty('database')
})

test('what is no function is no check', async () => {
  await using bus = createEventBus({ source: 'shop' })
  expect(() => bus.addHealthCheck('database', 'pass' as never)).toThrow(
    "addHealthCheck: the check 'database' is string; allowed: a function",
  )
})

function fail(message: string): never {
  throw new Error(message)
}
