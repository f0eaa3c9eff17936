import { storeAppendCases } from './store-append-cases.ts'
import type { StoreCase } from './store-case.ts'
import { storeCheckpointCases, storeCloseCases } from './store-close-cases.ts'
import { storeEventCases } from './store-event-cases.ts'
import { storeQueryCases } from './store-query-cases.ts'
import { storeReadCases } from './store-read-cases.ts'
import { storeRetentionCases } from './store-retention-cases.ts'
import { storeStreamCases } from './store-stream-cases.ts'

/**
 * The promises that every event store keeps, as data: any test runner can run them.
 *
 * ```ts
 * for (const { about, name, run } of storeContract) test(`${about}: ${name}`, () => run(harness))
 * ```
 */
export const storeContract: readonly StoreCase[] = [
  ...storeAppendCases,
  ...storeEventCases,
  ...storeReadCases,
  ...storeQueryCases,
  ...storeStreamCases,
  ...storeRetentionCases,
  ...storeCheckpointCases,
  ...storeCloseCases,
]
