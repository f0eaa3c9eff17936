/** Marks a promise as looked after: its rejection, which its owner may never await, is not an unhandled one. */
export function neverUnhandled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

/** Resolves when `work` has settled or the deadline (ms since the epoch) has passed; says whether it settled. */
export async function settledBy(work: Promise<unknown>, deadline: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, deadline - Date.now()), false)
  })
  try {
    return await Promise.race([
      work.then(
        () => true,
        () => true,
      ),
      expired,
    ])
  } finally {
    clearTimeout(timer)
  }
}

/** Resolves as soon as one of them does; if none does, rejects as the first in order. */
export async function anyOf(works: readonly Promise<void>[]): Promise<void> {
  try {
    await Promise.any(works)
  } catch (error) {
    throw (error as AggregateError).errors[0]
  }
}

/** As `work`, or rejects with the signal's reason as soon as that is aborted; then nothing holds on to either. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    // Also then: what `work` comes to is looked after.
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** Whether a handler has not ended yet: it may be any function, and answer what it likes. */
export function isThenable(answer: unknown): answer is PromiseLike<void> {
  return typeof (answer as Partial<PromiseLike<void>> | null | undefined)?.then === 'function'
}
