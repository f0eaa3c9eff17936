import path from 'node:path'
import { type Account, accountOf, type Place } from './account.ts'
import { Journal } from './journal.ts'
import type { JournalKind } from './protocol.ts'

/** What the members of a fleet have written down, and the places at which everything is to arrive. */
export class Ledger {
  readonly #folder: string
  readonly #publishers: readonly string[]
  readonly #journals = new Map<string, Journal>()
  readonly #places = new Map<string, Place>()

  constructor(folder: string, publishers: readonly string[]) {
    this.#folder = folder
    this.#publishers = publishers
  }

  /** Everyone who has ever taken part. */
  get names(): string[] {
    return [...this.#journals.keys()]
  }

  fileOf(name: string): string {
    return path.join(this.#folder, name)
  }

  journalOf(name: string): Journal {
    const journal = this.#journals.get(name) ?? new Journal(this.fileOf(name))
    this.#journals.set(name, journal)
    return journal
  }

  /** How many events are published, or confirmed, in all. */
  count(kind: 'published' | 'confirmed'): number {
    return this.#publishers.reduce((sum, name) => sum + this.journalOf(name).entries(kind).size, 0)
  }

  /** From now on, unless it has been before, whatever is published is to arrive there. */
  expectAt(where: string, queue: string, kind: JournalKind, name: string): void {
    if (this.#places.has(where)) return
    const since = this.#publishers.map((publisher) => this.journalOf(publisher).entries('published').size)
    this.#places.set(where, { where, queue, kind, journals: [this.journalOf(name)], since })
  }

  /** One for each place, and one for the group as a whole; `dead` says how many dead letters come from each queue. */
  accounts(groupQueue: string, dead: ReadonlyMap<string, number> = new Map()): Account[] {
    const places = [...this.#places.values()].sort((a, b) => a.where.localeCompare(b.where))
    const publishers = this.#publishers.map((name) => this.journalOf(name))
    return [...places, this.#group(groupQueue)].map((place) => accountOf(place, publishers, dead.get(place.queue) ?? 0))
  }

  #group(queue: string): Place {
    const since = this.#publishers.map(() => 0)
    return { where: 'group', queue, kind: 'group', journals: [...this.#journals.values()], since }
  }
}
