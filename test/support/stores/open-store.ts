import path from 'node:path'
import { onTestFinished } from 'vitest'
import type { BusEvent } from '../../../src/core/event.ts'
import type { EventStore } from '../../../src/core/event-store.ts'
import { sqliteStore, type SqliteOptions } from '../../../src/store/sqlite/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Where a test's store is. */
export function storeFile(): string {
  return path.join(temporaryFolder(), 'events.db')
}

/** A store that is closed with the test. */
export function openStore(file: string, options: Partial<SqliteOptions> = {}): EventStore {
  const store = sqliteStore({ file, ...options })
  onTestFinished(() => store.close())
  return store
}

let made = 0

export function eventWith(parts: Partial<BusEvent> = {}): BusEvent {
  return {
    id: `event-${++made}`,
    type: 'app.installed',
    source: 'test',
    time: '2025-01-01T00:00:00Z',
    data: { made },
    ...parts,
  }
}

export function eventsWith(count: number, parts?: Partial<BusEvent>): BusEvent[] {
  return Array.from({ length: count }, () => eventWith(parts))
}

/** Each kind of work that needs the database. */
export function everyUse(store: EventStore): (() => Promise<unknown>)[] {
  return [
    () => store.append([eventWith()]),
    () => Array.fromAsync(store.read()),
    () => store.count({ pattern: 'app.*' }),
    () => store.lastPosition(),
    () => store.saveCheckpoint('reader', 2),
    () => store.prune({ keep: 0 }),
  ]
}
