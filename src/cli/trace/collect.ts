import { Failure } from '../failure.ts'
import type { HistoryFilter } from '../history/filter.ts'
import type { History } from '../history/history.ts'
import type { Recorded } from '../history/recorded.ts'

/** All that was recorded of one conversation. */
export interface Conversation {
  /** By position. */
  readonly events: readonly Recorded[]
  /** Whether there are more than were asked for. */
  readonly isCut: boolean
}

const everything: HistoryFilter = { patterns: ['#'], direction: 'forward' }

/**
 * The events that share a correlation with the one of that id, or whose correlation it is, and the event that began it:
 * that one has no correlation itself. Rejects with `EVENT_NOT_FOUND`.
 */
export async function collectConversation(place: History, id: string, limit: number): Promise<Conversation> {
  const found = new Map<number, Recorded>()
  const add = async (filter: Partial<HistoryFilter>): Promise<boolean> => {
    let count = 0
    for await (const recorded of place.read({ ...everything, ...filter }, limit + 1)) {
      if (++count > limit) return true
      found.set(recorded.position, recorded)
    }
    return false
  }
  await add({ id })
  const [own] = found.values()
  const correlation = own?.event.correlationid ?? id
  if (correlation !== id) await add({ id: correlation })
  let isCut = await add({ correlation })
  if (correlation !== id && (await add({ correlation: id }))) isCut = true
  if (found.size === 0) throw notFound(id)
  return { events: [...found.values()].sort((one, other) => one.position - other.position), isCut }
}

function notFound(id: string): Failure {
  return new Failure('EVENT_NOT_FOUND', `No recorded event has the id or the correlation '${id}'`)
}
