import { brokenAppends, brokenEvents } from './broken-stores/appending.ts'
import { brokenQueries } from './broken-stores/querying.ts'
import { brokenReadings } from './broken-stores/reading.ts'
import { brokenCheckpoints, brokenClosing, brokenRetention } from './broken-stores/retention.ts'
import type { StoreSaboteur } from './broken-stores/sabotage.ts'
import { brokenStreams } from './broken-stores/streams.ts'

/** For each case of the store contract at least one store that breaks exactly that promise. */
export const brokenStores: readonly StoreSaboteur[] = [
  ...brokenAppends,
  ...brokenEvents,
  ...brokenReadings,
  ...brokenQueries,
  ...brokenStreams,
  ...brokenRetention,
  ...brokenCheckpoints,
  ...brokenClosing,
]
