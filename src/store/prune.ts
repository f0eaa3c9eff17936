import type { PruneReport, StoredEvent } from '../core/event-store.ts'
import type { QuerySettings, StoreDriver } from './driver.ts'
import type { PruneSettings } from './options.ts'

const everything: Omit<QuerySettings, 'beforePosition'> = {
  patterns: undefined,
  source: undefined,
  subject: undefined,
  correlationId: undefined,
  causationId: undefined,
  id: undefined,
  sinceMs: -Infinity,
  untilMs: Infinity,
  afterPosition: 0,
  isBackward: false,
  limit: Number.MAX_SAFE_INTEGER,
}

/** Deletes page by page, each page with its number in the audit entry. `goOn` throws when it is time to stop. */
export async function prune(driver: StoreDriver, settings: PruneSettings, goOn: () => void): Promise<PruneReport> {
  const { patterns, untilMs, keep, signal, request } = settings
  const all = { ...everything, patterns, beforePosition: (await driver.lastPosition()) + 1 }
  const beforePosition = await oldestKept(driver, { ...all, isBackward: true, limit: keep })
  if (beforePosition <= 1) return { pruned: 0 }
  let auditNumber: number | undefined
  let pruned = 0
  for await (const page of driver.pages({ ...all, untilMs, beforePosition })) {
    goOn()
    if (signal?.aborted) break
    auditNumber ??= await driver.startAudit({ action: 'prune', request })
    for (const positions of chunksOf(page, driver.batch.events)) pruned += await driver.remove(positions, auditNumber)
  }
  return { pruned }
}

/** Deleting takes about as long as appending. */
function* chunksOf(page: readonly StoredEvent[], size: number): Generator<readonly number[]> {
  for (let index = 0; index < page.length; index += size)
    yield page.slice(index, index + size).map(({ position }) => position)
}

/** The position in front of which may be deleted. */
async function oldestKept(driver: StoreDriver, newest: QuerySettings): Promise<number> {
  if (newest.limit === 0) return newest.beforePosition
  let oldest = 0
  let found = 0
  for await (const page of driver.pages(newest)) {
    oldest = page.at(-1)?.position ?? oldest
    found += page.length
  }
  return found < newest.limit ? 0 : oldest
}
