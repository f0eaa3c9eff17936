import type { HistoryFilter } from './filter.ts'
import type { Recorded } from './recorded.ts'

/** Where history is read from. */
export interface History {
  /** At the most so many; all that there are without a limit. */
  read(filter: HistoryFilter, limit?: number): AsyncIterable<Recorded>
  close(): Promise<void>
}
