import assert from 'node:assert/strict'
import { isDeepStrictEqual, inspect } from 'node:util'
import type { EventBusErrorCode } from '../core/errors.ts'

/** Fails unless both are the same, value by value. */
export function same(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return
  assert.fail(`${what}: expected ${show(expected)}, got ${show(actual)}`)
}

/** Fails unless the work rejects with an error of that code; answers the error. */
export async function rejects(what: string, work: Promise<unknown>, code: EventBusErrorCode): Promise<Error> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  assert.ok(outcome instanceof Error, `${what}: expected a rejection with ${code}, got none`)
  same(what, (outcome as { code?: unknown }).code, code)
  return outcome
}

function show(value: unknown): string {
  return inspect(value, { depth: 6, breakLength: Infinity, maxStringLength: 200, maxArrayLength: 20 })
}
