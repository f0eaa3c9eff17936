import { openExistingStore, type StorePlace } from '../store-place.ts'
import { toReadQuery } from './filter.ts'
import type { History } from './history.ts'
import { toRecorded } from './recorded.ts'

/** History out of an event store itself. */
export async function storeHistory(place: StorePlace): Promise<History> {
  const store = await openExistingStore(place)
  return {
    async *read(filter, limit) {
      for await (const stored of store.read(toReadQuery(filter, limit))) yield toRecorded(stored)
    },
    close: () => store.close(),
  }
}
