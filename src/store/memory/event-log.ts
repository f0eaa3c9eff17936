import type { AppendedEvent, AuditEntry, StoredEvent } from '../../core/event-store.ts'
import type { BusEvent } from '../../core/event.ts'
import type { AuditRequest, EventRecord, QuerySettings } from '../driver.ts'
import { versionConflict } from '../errors.ts'
import { withoutData } from '../event-record.ts'
import { selectTypes } from '../query.ts'

/** A record and what the store adds to it. */
interface Entry {
  readonly position: number
  readonly recordedAt: string
  readonly record: EventRecord
  readonly redactedAt?: string
}

/** What a memory store keeps: every change is made in one go, so that nobody sees half of one. */
export class MemoryLog {
  readonly #ids = new Map<string, number>()
  readonly #types = new Set<string>()
  readonly #versions = new Map<string, number>()
  readonly #checkpoints = new Map<string, number>()
  readonly #audit: AuditEntry[] = []
  /** By position, ascending. */
  #entries: Entry[] = []
  #lastPosition = 0

  get lastPosition(): number {
    return this.#lastPosition
  }

  get types(): readonly string[] {
    return [...this.#types]
  }

  append(records: readonly EventRecord[], expectedVersion: number | undefined): AppendedEvent[] {
    const isNew = records.some(({ id }) => !this.#ids.has(id))
    if (isNew && expectedVersion !== undefined) this.#assertVersion(records[0]?.subject ?? '', expectedVersion)
    const recordedAt = new Date().toISOString()
    return records.map((record) => this.#appendOne(record, recordedAt))
  }

  /** The entries of a query in pages; pages already given stay what they are. */
  *pages(query: QuerySettings, size: number): Generator<readonly StoredEvent[]> {
    const matches = matcherOf(query, this.#types)
    let [first, end] = [query.afterPosition + 1, query.beforePosition - 1]
    let left = query.limit
    while (left > 0 && first <= end) {
      const entries = this.#find(first, end, query.isBackward, Math.min(size, left), matches)
      const final = entries.at(-1)
      if (!final) return
      left -= entries.length
      if (query.isBackward) end = final.position - 1
      else first = final.position + 1
      yield entries.map(toStored)
    }
  }

  checkpoint(name: string): number | undefined {
    return this.#checkpoints.get(name)
  }

  saveCheckpoint(name: string, position: number): void {
    this.#checkpoints.set(name, position)
  }

  startAudit({ action, request }: AuditRequest, events: number): number {
    const number = this.#audit.length + 1
    this.#audit.push({ number, action, at: new Date().toISOString(), events, request: structuredClone(request) })
    return number
  }

  remove(positions: readonly number[], auditNumber: number): number {
    const gone = new Set(positions)
    const removed = this.#entries.filter(({ position }) => gone.has(position))
    this.#entries = this.#entries.filter(({ position }) => !gone.has(position))
    for (const { record } of removed) this.#ids.delete(record.id)
    this.#findVersions(removed)
    const entry = this.#audit[auditNumber - 1]
    if (entry) this.#audit[auditNumber - 1] = { ...entry, events: entry.events + removed.length }
    return removed.length
  }

  redact(id: string, request: AuditRequest): boolean {
    const index = this.#indexFrom(this.#ids.get(id) ?? Infinity)
    const entry = this.#entries[index]
    if (!entry || entry.redactedAt !== undefined) return false
    const record = { ...entry.record, json: withoutData(entry.record.json) }
    this.#entries[index] = { ...entry, record, redactedAt: new Date().toISOString() }
    this.startAudit(request, 1)
    return true
  }

  audit(limit: number): readonly AuditEntry[] {
    return this.#audit.slice(-limit).reverse()
  }

  #assertVersion(subject: string, expected: number): void {
    const actual = this.#versions.get(subject) ?? 0
    if (actual !== expected) throw versionConflict(subject, expected, actual)
  }

  #appendOne(record: EventRecord, recordedAt: string): AppendedEvent {
    const known = this.#ids.get(record.id)
    if (known !== undefined) return { position: known, isNew: false }
    const position = ++this.#lastPosition
    this.#ids.set(record.id, position)
    this.#types.add(record.type)
    if (record.subject !== undefined) this.#versions.set(record.subject, position)
    this.#entries.push({ position, recordedAt, record })
    return { position, isNew: true }
  }

  /** Of the streams that lost their last event. */
  #findVersions(removed: readonly Entry[]): void {
    const open = new Set<string | undefined>()
    for (const { position, record } of removed) {
      if (record.subject !== undefined && this.#versions.get(record.subject) === position) open.add(record.subject)
    }
    for (const subject of open) this.#versions.delete(subject as string)
    for (let index = this.#entries.length - 1; index >= 0 && open.size > 0; index--) {
      const { position, record } = this.#entries[index] as Entry
      if (open.delete(record.subject)) this.#versions.set(record.subject as string, position)
    }
  }

  #find(first: number, end: number, isBackward: boolean, limit: number, matches: (entry: Entry) => boolean): Entry[] {
    const found: Entry[] = []
    const step = isBackward ? -1 : 1
    let index = isBackward ? this.#indexFrom(end + 1) - 1 : this.#indexFrom(first)
    for (; found.length < limit; index += step) {
      const entry = this.#entries[index]
      if (!entry || entry.position < first || entry.position > end) break
      if (matches(entry)) found.push(entry)
    }
    return found
  }

  /** Where the first entry at or behind the position is. */
  #indexFrom(position: number): number {
    let [low, high] = [0, this.#entries.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#entries[middle]?.position ?? Infinity) < position) low = middle + 1
      else high = middle
    }
    return low
  }
}

function matcherOf(query: QuerySettings, types: Iterable<string>): (entry: Entry) => boolean {
  const known = Array.from(types, (type) => ({ type }))
  const wanted = query.patterns && new Set(selectTypes(query.patterns, known).map(({ type }) => type))
  const is = (value: string | undefined, asked: string | undefined): boolean => asked === undefined || value === asked
  return ({ record }) =>
    (wanted === undefined || wanted.has(record.type)) &&
    is(record.id, query.id) &&
    is(record.source, query.source) &&
    is(record.subject, query.subject) &&
    is(record.correlationId, query.correlationId) &&
    is(record.causationId, query.causationId) &&
    record.timeMs >= query.sinceMs &&
    record.timeMs < query.untilMs
}

function toStored({ position, recordedAt, record, redactedAt }: Entry): StoredEvent {
  const stored = { position, recordedAt, event: JSON.parse(record.json) as BusEvent }
  return redactedAt === undefined ? stored : { ...stored, redactedAt }
}
