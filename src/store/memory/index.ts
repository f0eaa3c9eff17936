import { setImmediate as nextTurn } from 'node:timers/promises'
import type { EventStore } from '../../core/event-store.ts'
import type { StoreDriver } from '../driver.ts'
import { storeOn } from '../store-on.ts'
import { MemoryLog } from './event-log.ts'

const batch = { events: 1_000, bytes: 4_194_304 }
const pageSize = 500

/** An event store within this process, for tests and for trying out: the promises of the others, until the process ends. */
export function memoryStore(): EventStore {
  return storeOn(memoryDriver(new MemoryLog()))
}

/** Several drivers on one log are as several processes on one database. */
export function memoryDriver(log: MemoryLog): StoreDriver {
  return {
    name: 'memory',
    batch,
    append: async (records, expectedVersion) => log.append(records, expectedVersion),
    async *pages(query) {
      for (const page of log.pages(query, pageSize)) {
        yield page
        await nextTurn()
      }
    },
    async count(query) {
      let count = 0
      for (const page of log.pages(query, pageSize)) count += page.length
      return count
    },
    lastPosition: async () => log.lastPosition,
    types: async () => log.types,
    checkpoint: async (name) => log.checkpoint(name),
    saveCheckpoint: async (name, position) => log.saveCheckpoint(name, position),
    startAudit: async (entry) => log.startAudit(entry, 0),
    remove: async (positions, auditNumber) => log.remove(positions, auditNumber),
    redact: async (id, entry) => log.redact(id, entry),
    audit: async (limit) => log.audit(limit),
    close: async () => {},
  }
}
