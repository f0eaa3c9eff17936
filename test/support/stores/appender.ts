import { randomUUID } from 'node:crypto'
import { isEventBusError } from '../../../src/core/errors.ts'
import type { BusEvent } from '../../../src/core/event.ts'
import { postgresStore } from '../../../src/store/postgres/index.ts'
import { sqliteStore } from '../../../src/store/sqlite/index.ts'

/** What an appender does: batches without end, or `increments` of a counter that all share. Tells of each by its number. */
export interface AppenderOrders {
  /** The store: a file of SQLite, or a schema of PostgreSQL. */
  readonly store: { readonly file: string } | { readonly url: string; readonly schema: string }
  readonly eventsOfBatch: number
  readonly increments?: number
}

const orders = JSON.parse(process.argv[2] ?? '') as AppenderOrders
// It does not outlive the test.
const outlived = (): never => process.exit(1)
process.once('disconnect', outlived)

const store = 'file' in orders.store ? sqliteStore(orders.store) : postgresStore(orders.store)
if (orders.increments === undefined) for (let batch = 1; ; batch++) await append(batch)
for (let done = 0; done < orders.increments;) if (await increment()) process.send?.(++done)
await store.close()
process.off('disconnect', outlived)
process.disconnect?.()

async function append(batch: number): Promise<void> {
  await store.append(Array.from({ length: orders.eventsOfBatch }, (_, index) => event('batch', index)))
  process.send?.(batch)
}

/** Decides by what the stream says; false where another one was faster. */
async function increment(): Promise<boolean> {
  const [last] = await Array.fromAsync(store.read({ subject: 'counter', direction: 'backward', limit: 1 }))
  const next = event('counter', ((last?.event.data as number | undefined) ?? 0) + 1)
  try {
    await store.append([next], { expectedVersion: last?.position ?? 0 })
    return true
  } catch (error) {
    if (isEventBusError(error, 'VERSION_CONFLICT')) return false
    throw error
  }
}

function event(subject: string, data: number): BusEvent {
  return {
    id: randomUUID(),
    type: `test.${subject}`,
    source: 'appender',
    time: new Date().toISOString(),
    subject,
    data,
  }
}
