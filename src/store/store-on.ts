import { EventBusError } from '../core/errors.ts'
import type { BusEvent } from '../core/event.ts'
import type {
  AppendedEvent,
  AppendOptions,
  AuditEntry,
  EventQuery,
  EventReading,
  EventStore,
  PruneOptions,
  PruneReport,
  ReadQuery,
  RedactOptions,
  StoredEvent,
} from '../core/event-store.ts'
import { batchesOf } from './batches.ts'
import type { EventRecord, QuerySettings, StoreDriver } from './driver.ts'
import { storeClosed, unknownPosition } from './errors.ts'
import { toRecord } from './event-record.ts'
import {
  resolveAuditLimit,
  resolveCheckpoint,
  resolveExpectedVersion,
  resolvePruneOptions,
  resolveRedactOptions,
} from './options.ts'
import { prune } from './prune.ts'
import { resolveCountQuery, resolveReadQuery } from './query.ts'
import { readingOf } from './reading.ts'

/** A decision about one entity is a few events; a transaction of more would hold up everybody else. */
const maxEventsOfDecision = 1_000

/** An event store on a database: checks what it is given, cuts it into batches, and sees to an orderly end. */
export function storeOn(driver: StoreDriver): EventStore {
  return new DrivenStore(driver)
}

class DrivenStore implements EventStore {
  readonly #driver: StoreDriver
  readonly #running = new Set<Promise<unknown>>()
  #closed: Promise<void> | undefined

  constructor(driver: StoreDriver) {
    this.#driver = driver
  }

  get name(): string {
    return this.#driver.name
  }

  async append(events: readonly BusEvent[], options?: AppendOptions): Promise<readonly AppendedEvent[]> {
    const expectedVersion = resolveExpectedVersion(options)
    // Made at once: what the caller changes after the call changes nothing.
    const records = events.map(toRecord)
    if (expectedVersion !== undefined) assertOneStream(records)
    return this.#run(() => this.#append(records, expectedVersion))
  }

  read(query?: ReadQuery): EventReading {
    const settings = resolveReadQuery(query)
    return readingOf(() => this.#pages(settings))
  }

  stream(subject: string, options: { readonly afterPosition?: number | undefined } = {}): EventReading {
    return this.read({ ...options, subject })
  }

  async count(query?: EventQuery): Promise<number> {
    const settings = resolveCountQuery(query)
    return this.#run(async () => {
      const bounded = await this.#bounded(settings)
      return bounded ? this.#driver.count(bounded) : 0
    })
  }

  lastPosition(): Promise<number> {
    return this.#run(() => this.#driver.lastPosition())
  }

  async types(): Promise<readonly string[]> {
    const types = await this.#run(() => this.#driver.types())
    return types.toSorted()
  }

  async checkpoint(name: string): Promise<number | undefined> {
    const wanted = resolveCheckpoint(name)
    return this.#run(() => this.#driver.checkpoint(wanted.name))
  }

  async saveCheckpoint(name: string, position: number): Promise<void> {
    const wanted = resolveCheckpoint(name, position)
    return this.#run(() => this.#driver.saveCheckpoint(wanted.name, wanted.position))
  }

  async prune(options: PruneOptions): Promise<PruneReport> {
    const settings = resolvePruneOptions(options)
    return this.#run(() => prune(this.#driver, settings, () => this.#assertOpen()))
  }

  async redact(id: string, options?: RedactOptions): Promise<boolean> {
    const request = resolveRedactOptions(id, options)
    return this.#run(() => this.#driver.redact(id, { action: 'redact', request }))
  }

  async audit(limit?: number): Promise<readonly AuditEntry[]> {
    const wanted = resolveAuditLimit(limit)
    return this.#run(() => this.#driver.audit(wanted))
  }

  close(): Promise<void> {
    this.#closed ??= this.#finish()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #append(records: readonly EventRecord[], expectedVersion?: number): Promise<readonly AppendedEvent[]> {
    if (records.length === 0) return []
    if (expectedVersion !== undefined) return this.#driver.append(records, expectedVersion)
    const appended: AppendedEvent[] = []
    for (const batch of batchesOf(records, this.#driver.batch)) {
      for (const one of await this.#driver.append(batch, undefined)) appended.push(one)
    }
    return appended
  }

  async *#pages(settings: QuerySettings): AsyncGenerator<readonly StoredEvent[]> {
    const bounded = await this.#run(() => this.#bounded(settings))
    if (!bounded) return
    const pages = this.#driver.pages(bounded)[Symbol.asyncIterator]()
    try {
      for (;;) {
        const next = await this.#run(() => pages.next())
        if (next.done) return
        yield next.value
      }
    } finally {
      await pages.return?.()
    }
  }

  /** The query up to what the store has reached; `undefined` where there is nothing between its positions. */
  async #bounded(query: QuerySettings): Promise<QuerySettings | undefined> {
    const last = await this.#driver.lastPosition()
    if (query.afterPosition > last) throw unknownPosition(query.afterPosition, last)
    const beforePosition = Math.min(query.beforePosition, last + 1)
    return query.afterPosition + 1 < beforePosition ? { ...query, beforePosition } : undefined
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    this.#assertOpen()
    const running = work()
    this.#running.add(running)
    try {
      return await running
    } finally {
      this.#running.delete(running)
    }
  }

  async #finish(): Promise<void> {
    await Promise.allSettled(this.#running)
    await this.#driver.close()
  }

  #assertOpen(): void {
    if (this.#closed) throw storeClosed(this.#driver.name)
  }
}

function assertOneStream(records: readonly EventRecord[]): void {
  const [first] = records
  const isStream = first?.subject !== undefined && records.every(({ subject }) => subject === first.subject)
  if (isStream && records.length <= maxEventsOfDecision) return
  throw new EventBusError(
    'OPTION_INVALID',
    `append: 'expectedVersion' is given for events that are no stream's; allowed: 1 to ${maxEventsOfDecision} events of one subject`,
  )
}
