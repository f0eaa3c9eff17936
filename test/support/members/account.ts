import type { Journal } from './journal.ts'
import type { JournalKind } from './protocol.ts'

/** Somewhere that is to receive everything: an instance, the group of all, or a handler that came later. */
export interface Place {
  readonly where: string
  readonly queue: string
  readonly kind: JournalKind
  readonly journals: readonly Journal[]
  /** How much each publisher had published before the place was ready; it is to receive what came after. */
  readonly since: readonly number[]
}

/** How the events of a run fared at one place. */
export interface Account {
  readonly where: string
  readonly published: number
  readonly confirmed: number
  readonly received: number
  readonly duplicates: number
  /** In the dead letters, from the queue of this place. */
  readonly dead: number
  /** Confirmed, and not received. */
  readonly lost: number
}

export function accountOf(place: Place, publishers: readonly Journal[], dead: number): Account {
  const { where, kind, journals, since } = place
  const published = publishers.flatMap((journal, index) => [...journal.entries('published').keys()].slice(since[index]))
  const confirmations = publishers.map((journal) => journal.entries('confirmed'))
  const receipts = journals.map((journal) => journal.entries(kind))
  const times = (id: string): number => receipts.reduce((sum, entries) => sum + (entries.get(id) ?? 0), 0)
  const confirmed = published.filter((id) => confirmations.some((entries) => entries.has(id)))
  const received = published.map(times).filter((count) => count > 0)
  return {
    where,
    published: published.length,
    confirmed: confirmed.length,
    received: received.length,
    duplicates: received.reduce((sum, count) => sum + count - 1, 0),
    dead,
    lost: confirmed.filter((id) => times(id) === 0).length,
  }
}

export function printTable(accounts: readonly Account[]): void {
  console.table(Object.fromEntries(accounts.map(({ where, ...counts }) => [where, counts])))
}
