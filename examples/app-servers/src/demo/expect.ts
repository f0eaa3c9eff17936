import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'

const limitMs = 10_000

/** Asks again and again until the answer is the expected one: events take a moment. Throws when it never is. */
export async function expectSoon(what: string, ask: () => Promise<unknown>, expected: unknown): Promise<void> {
  const deadline = performance.now() + limitMs
  let answer = await ask()
  while (!isDeepStrictEqual(answer, expected) && performance.now() < deadline) {
    await pause(20)
    answer = await ask()
  }
  expectNow(what, answer, expected)
}

export function expectNow(what: string, answer: unknown, expected: unknown): void {
  if (isDeepStrictEqual(answer, expected)) return
  throw new Error(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(answer)}`)
}
