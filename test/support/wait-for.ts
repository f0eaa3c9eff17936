import { inspect } from 'node:util'

export interface WaitOptions {
  /** Default 60,000: only what will not come takes so long, and machines can be slow. */
  timeoutMs?: number
  /** What was waited for; the start of the error's message. */
  message?: string
  /** The longest pause between two looks; default 20. Longer where a look is work. */
  pauseMs?: number
}

type Falsy = false | 0 | 0n | '' | null | undefined

const firstPauseMs = 5

/**
 * Polls until the condition is truthy and resolves with its value. A condition that throws is not met yet; the error
 * of a wait in vain names the last value or carries the last error as its cause.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  options: WaitOptions = {},
): Promise<Exclude<T, Falsy>> {
  const { timeoutMs = 60_000, message = 'condition', pauseMs: longestPauseMs = 20 } = options
  const deadline = performance.now() + timeoutMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const attempt = await evaluate(condition)
    if (attempt.value) return attempt.value as Exclude<T, Falsy>
    if (performance.now() >= deadline) throw waitedInVain(message, timeoutMs, attempt)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

type Attempt<T> = { value: T; error?: never } | { value?: never; error: unknown }

async function evaluate<T>(condition: () => T | Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await condition() }
  } catch (error) {
    return { error }
  }
}

function waitedInVain(message: string, timeoutMs: number, last: Attempt<unknown>): Error {
  const outcome = 'error' in last ? `last error: ${String(last.error)}` : `last value: ${inspect(last.value)}`
  return new Error(`${message}: not within ${timeoutMs} ms, ${outcome}`, { cause: last.error })
}
