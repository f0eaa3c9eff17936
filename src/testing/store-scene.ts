import type { BusEvent } from '../core/event.ts'
import type { AppendedEvent, EventStore, ReadQuery, StoredEvent } from '../core/event-store.ts'
import type { StoreSpace } from './store-harness.ts'

/** The first event's time; every further one is a second later. */
const firstTime = Date.parse('2024-01-01T00:00:00.000Z')

/** The stores of one case on one database, and events for them. */
export class StoreScene {
  readonly #space: StoreSpace
  readonly #stores: EventStore[] = []
  #made = 0

  constructor(space: StoreSpace) {
    this.#space = space
  }

  /** The store as one more process opens it, closed at the end of the case. */
  store(): EventStore {
    const store = this.#space.store()
    this.#stores.push(store)
    return store
  }

  /** An event that nobody had before: `event-1` at midnight, `event-2` a second later, ... */
  event(parts: Partial<BusEvent> = {}): BusEvent {
    const number = ++this.#made
    return {
      id: `event-${number}`,
      type: 'app.installed',
      source: 'contract',
      time: this.timeOf(number),
      data: { number },
      ...parts,
    }
  }

  events(count: number, parts: (index: number) => Partial<BusEvent> = () => ({})): BusEvent[] {
    return Array.from({ length: count }, (_, index) => this.event(parts(index)))
  }

  /** The time of the event with that number. */
  timeOf(number: number): string {
    return new Date(firstTime + (number - 1) * 1_000).toISOString()
  }

  async clear(): Promise<void> {
    await Promise.allSettled(this.#stores.map((store) => store.close()))
    await this.#space.close()
  }
}

/** All that a query gives. */
export async function readAll(store: EventStore, query?: ReadQuery): Promise<StoredEvent[]> {
  return Array.fromAsync(store.read(query))
}

/** The ids of what a query gives. */
export async function idsOf(store: EventStore, query?: ReadQuery): Promise<string[]> {
  return (await readAll(store, query)).map(({ event }) => event.id)
}

export function positionsOf(events: readonly { readonly position: number }[]): number[] {
  return events.map(({ position }) => position)
}

/** Whether each of the numbers is higher than the one before. */
export function isRising(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] as number))
}

/** Appends one event and answers what became of it. */
export async function appendOne(store: EventStore, event: BusEvent): Promise<AppendedEvent> {
  const [appended] = await store.append([event])
  return appended as AppendedEvent
}
