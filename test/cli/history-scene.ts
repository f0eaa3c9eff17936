import type { BusEvent } from '../../src/index.ts'
import { sqliteStore } from '../../src/store/sqlite/index.ts'

const types = ['app.installed', 'app.settings.updated', 'order.placed', 'app.uninstalled']

/** Events of two days, one every ten minutes, of several types, sources, entities and conversations. */
export const recordedEvents: readonly BusEvent[] = Array.from({ length: 300 }, (_, index) => ({
  id: `event-${index}`,
  type: types[index % types.length] ?? '',
  source: index % 3 === 0 ? 'shop' : 'market place',
  time: new Date(Date.UTC(2026, 0, 1, 0, 10 * index)).toISOString(),
  subject: `app-${index % 5}`,
  ...(index % 7 > 0 && { correlationId: `c-${index % 7}`, causationId: `event-${index - (index % 7)}` }),
  data: { index, text: 'ü & "q" \u0000' },
}))

/** A store that holds them, at positions 1 to 300. */
export async function makeStore(file: string): Promise<void> {
  const store = sqliteStore({ file })
  await store.append(recordedEvents)
  await store.close()
}
