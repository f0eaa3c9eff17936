import { isThenable } from './settled.ts'

/**
 * Calls what belongs to the program and what nothing waits for, e.g. a listener. What it throws, or rejects with if it is
 * asynchronous, goes to `failed`: it hurts nobody else, and ends no process.
 */
export function callBack(call: () => unknown, failed: (error: unknown) => void): void {
  try {
    const answer = call()
    if (isThenable(answer)) void answer.then(undefined, failed)
  } catch (error) {
    failed(error)
  }
}
