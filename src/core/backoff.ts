import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Full jitter: any time up to a limit that doubles with each attempt, so that the instances of a fleet do not come back
 * all at once. https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(attempt: number, { minMs, maxMs }: { minMs: number; maxMs: number }): number {
  return Math.random() * Math.min(maxMs, minMs * 2 ** Math.min(attempt, 30))
}

/** Waits, or until the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {})
}
