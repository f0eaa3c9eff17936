import type { EventStore } from '../../src/core/event-store.ts'
import type { StoreDriver } from '../../src/store/driver.ts'
import { MemoryLog } from '../../src/store/memory/event-log.ts'
import { memoryDriver } from '../../src/store/memory/index.ts'
import { storeOn } from '../../src/store/store-on.ts'
import type { StoreHarness } from '../../src/testing/index.ts'

/** Each space is a log of its own; the two functions can put something around the driver and around the store. */
export function memoryStoreHarness(
  wrapDriver: (driver: StoreDriver) => StoreDriver = (driver) => driver,
  wrapStore: (store: EventStore) => EventStore = (store) => store,
): StoreHarness {
  return {
    async open() {
      const log = new MemoryLog()
      return { store: () => wrapStore(storeOn(wrapDriver(memoryDriver(log)))), close: async () => {} }
    },
  }
}
