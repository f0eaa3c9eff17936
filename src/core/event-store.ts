import type { BusEvent } from './event.ts'

/** An event as a store keeps it. Reading makes it anew for every reader: plain JSON, not frozen. */
export interface StoredEvent<E extends BusEvent = BusEvent> {
  /** Its place in the store: 1 for the first event, higher for every later one, with gaps. Never given out again. */
  readonly position: number
  /** When the store took it in, RFC 3339. */
  readonly recordedAt: string
  /** Without its data, if that was redacted. */
  readonly event: E
  /** When its data was taken away; RFC 3339. */
  readonly redactedAt?: string
}

/** What became of one event that was given to `append`. */
export interface AppendedEvent {
  readonly position: number
  /** False: the store has an event of this id already, and has kept that. */
  readonly isNew: boolean
}

export interface AppendOptions {
  /**
   * The version that the stream of the events' subject must have: the position of its last event, 0 where there is none.
   * All events must have the same subject, and are appended all or none; at most 1,000.
   */
  readonly expectedVersion?: number | undefined
}

/** Which events: those to which all that is given applies. */
export interface EventQuery {
  /** Of types that this pattern, or one of these, matches. */
  readonly pattern?: string | readonly string[] | undefined
  readonly source?: string | undefined
  readonly subject?: string | undefined
  readonly correlationId?: string | undefined
  readonly causationId?: string | undefined
  readonly id?: string | undefined
  /** Of events whose `time` is this or later: a Date, or RFC 3339. */
  readonly since?: Date | string | undefined
  /** Of events whose `time` is earlier than this. */
  readonly until?: Date | string | undefined
  /** Behind this position, which the store must have reached already: 0 is the start. */
  readonly afterPosition?: number | undefined
  /** In front of this position. */
  readonly beforePosition?: number | undefined
}

export interface ReadQuery extends EventQuery {
  /** By position. Default `forward`. */
  readonly direction?: 'forward' | 'backward' | undefined
  /** How many at the most. Default: all. */
  readonly limit?: number | undefined
}

/**
 * The events of a query, in the order of their positions. Every iteration is a reading of its own, fetched page by page; it
 * ends with what was recorded when it began. After an error go on behind the last position that came.
 */
export interface EventReading extends AsyncIterable<StoredEvent> {
  /** The same, in the pages in which it is fetched, none of them empty. */
  pages(): AsyncIterable<readonly StoredEvent[]>
}

export interface PruneOptions {
  /** Of events whose `time` is earlier than this: a Date, or RFC 3339. */
  readonly olderThan?: Date | string | undefined
  /** Of types that this pattern, or one of these, matches. Default: all. */
  readonly pattern?: string | readonly string[] | undefined
  /** Of the events that the pattern selects, the newest so many by position stay, however old. Default 0. */
  readonly keep?: number | undefined
  /** Why, for the audit entry. */
  readonly reason?: string | undefined
  /** Ends the run early; it resolves with what was done. */
  readonly signal?: AbortSignal | undefined
}

export interface PruneReport {
  readonly pruned: number
}

export interface RedactOptions {
  /** Why, for the audit entry. */
  readonly reason?: string | undefined
}

/** What was taken from the store, and when. Entries are never pruned. */
export interface AuditEntry {
  /** 1 for the first, higher for every later one. */
  readonly number: number
  readonly action: 'prune' | 'redact'
  /** RFC 3339. */
  readonly at: string
  /** How many events were deleted, or lost their data. Grows while a prune runs. */
  readonly events: number
  /** What was asked for: `olderThan`, `pattern`, `keep` of a prune, `id` of a redaction; `reason`. */
  readonly request: Readonly<Record<string, unknown>>
}

/**
 * An append-only record of events with one order for all. Several processes may write to one store and read it at the
 * same time: what a reader has seen up to a position never changes behind its back, except by `prune` and `redact`.
 * Every method rejects with `STORE_CLOSED` after `close`, with `STORE_UNAVAILABLE` while the database cannot be reached.
 */
export interface EventStore {
  /** What kind of store it is, e.g. `sqlite`. */
  readonly name: string

  /**
   * Records events that are not there yet, by their ids, in the order given; answers for each what became of it. When it
   * resolves they are safe. As many as one batch of the store takes are recorded all or none; of more, whole batches, in
   * order: after an error append the same again. `EVENT_INVALID`, `EVENT_TYPE_INVALID`, `EVENT_NOT_SERIALIZABLE`: nothing
   * was recorded. `STORE_FULL`. `VERSION_CONFLICT`: the stream is not at the expected version, and nothing was recorded;
   * what was recorded by the very same append before is no conflict.
   */
  append(events: readonly BusEvent[], options?: AppendOptions): Promise<readonly AppendedEvent[]>

  /**
   * Reads events. Throws `OPTION_INVALID` and `PATTERN_INVALID` at once; iterating throws `POSITION_UNKNOWN` for an
   * `afterPosition` that the store has not reached: it is from another store, or this one was restored from a backup.
   */
  read(query?: ReadQuery): EventReading

  /** The events of one subject, in order: a stream. */
  stream(subject: string, options?: { readonly afterPosition?: number | undefined }): EventReading

  /** How many events a query selects. */
  count(query?: EventQuery): Promise<number>

  /** The highest position that was ever given out; 0 for none. */
  lastPosition(): Promise<number>

  /** Every type that was ever recorded, sorted. */
  types(): Promise<readonly string[]>

  /** Where the reader of that name has come to; `undefined` for a name without a checkpoint. */
  checkpoint(name: string): Promise<number | undefined>

  /** Keeps, under that name, how far its reader has come. */
  saveCheckpoint(name: string, position: number): Promise<void>

  /**
   * Deletes events for good, in chunks, each as a whole; something must be asked for. What had been deleted before an error
   * stays deleted, and is in the audit entry. Positions stay what they are. A deleted event that is appended again is new.
   */
  prune(options: PruneOptions): Promise<PruneReport>

  /**
   * Takes an event's data away and keeps the rest. Answers whether there was something to take: false for an unknown id and
   * for an event that was redacted before.
   */
  redact(id: string, options?: RedactOptions): Promise<boolean>

  /** The newest audit entries, newest first. Default 100. */
  audit(limit?: number): Promise<readonly AuditEntry[]>

  /** Ends readings, waits for what is being recorded, and lets go of the database. */
  close(): Promise<void>

  [Symbol.asyncDispose](): Promise<void>
}
