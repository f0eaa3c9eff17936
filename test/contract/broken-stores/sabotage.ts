import type { EventStore, StoredEvent } from '../../../src/core/event-store.ts'
import type { EventRecord, QuerySettings, StoreDriver } from '../../../src/store/driver.ts'

/** What is put around the driver and around the store of each handle. */
export interface StoreSabotage {
  readonly driver?: (driver: StoreDriver) => StoreDriver
  readonly store?: (store: EventStore) => EventStore
}

/** A store that breaks one promise: the memory store with something wrong with it. */
export interface StoreSaboteur {
  /** The name of the contract case that must fail on it. */
  readonly breaks: string
  /** What is wrong with it. */
  readonly how: string
  /** What the case must say of it. */
  readonly complaint: RegExp
  /** Made anew for every run, since it may remember things. */
  readonly make: () => StoreSabotage
}

/** Puts other verbs into each handle's driver. */
export function driving(parts: (driver: StoreDriver) => Partial<StoreDriver>): StoreSabotage {
  return { driver: (driver) => ({ ...driver, ...parts(driver) }) }
}

/** Puts other methods into each handle. */
export function storing(parts: (store: EventStore) => Partial<EventStore>): StoreSabotage {
  return { store: (store) => ({ ...wholeOf(store), ...parts(store) }) }
}

/** Reads by another query than the one that is asked. */
export function asking(change: (query: QuerySettings) => Partial<QuerySettings>): StoreSabotage {
  return driving((driver) => ({
    pages: (query) => driver.pages({ ...query, ...change(query) }),
    count: (query) => driver.count({ ...query, ...change(query) }),
  }))
}

/** Hands out something else than the pages that are read. */
export function paging(
  change: (page: readonly StoredEvent[], query: QuerySettings) => readonly StoredEvent[],
): StoreSabotage {
  return driving((driver) => ({
    async *pages(query) {
      for await (const page of driver.pages(query)) yield change(page, query)
    },
  }))
}

/** Records something else than what is given. */
export function recording(change: (record: EventRecord) => Partial<EventRecord>): StoreSabotage {
  return driving((driver) => ({
    append: (records, version) =>
      driver.append(
        records.map((record) => ({ ...record, ...change(record) })),
        version,
      ),
  }))
}

function wholeOf(store: EventStore): EventStore {
  return {
    name: store.name,
    append: (events, options) => store.append(events, options),
    read: (query) => store.read(query),
    stream: (subject, options) => store.stream(subject, options),
    count: (query) => store.count(query),
    lastPosition: () => store.lastPosition(),
    types: () => store.types(),
    checkpoint: (name) => store.checkpoint(name),
    saveCheckpoint: (name, position) => store.saveCheckpoint(name, position),
    prune: (options) => store.prune(options),
    redact: (id, options) => store.redact(id, options),
    audit: (limit) => store.audit(limit),
    close: () => store.close(),
    [Symbol.asyncDispose]: () => store.close(),
  }
}
