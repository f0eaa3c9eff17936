import type { Mutable } from './mutable.ts'

/** What a CloudEvents extension attribute can hold. */
export type ExtensionValue = string | number | boolean

/**
 * An event as handlers get it: the CloudEvents 1.0 attributes as one frozen object of plain JSON.
 * What a handler gets went through JSON on every transport, so a `Date` in the data arrives as a string.
 */
export interface BusEvent<T extends string = string, D = unknown> {
  /** Unique for each event; the same on every retry, redelivery and cluster. A UUIDv7 unless the publisher gave one. */
  readonly id: string
  /** Dot-separated words, e.g. `app.settings.updated`; the routing key. */
  readonly type: T
  /** Who published it: the `source` of the bus. */
  readonly source: string
  /** When it was published, RFC 3339 in UTC with milliseconds. */
  readonly time: string
  /** The entity that it is about, e.g. an app's id. */
  readonly subject?: string
  readonly data: D
  /** Shared by all events of one conversation. */
  readonly correlationId?: string
  /** The id of the event whose handler published this one. */
  readonly causationId?: string
  /** The version of the data's shape. */
  readonly dataVersion?: string
  /** CloudEvents extension attributes of other publishers, and `traceparent`, as they came. */
  readonly extensions?: Readonly<Record<string, ExtensionValue>>
}

/** What a publisher gives: the type, the data, and any attribute that it wants to set itself. */
export interface EventInput<T extends string = string, D = unknown> {
  readonly type: T
  readonly data: D
  readonly subject?: string | undefined
  /** Default: a new UUIDv7. Give one to publish again what may have been sent before. */
  readonly id?: string | undefined
  /** RFC 3339. Default: now. */
  readonly time?: string | undefined
  /** Default: the `source` of the bus. */
  readonly source?: string | undefined
  /** Default: that of the event in hand, else its id; none outside of handlers. */
  readonly correlationId?: string | undefined
  /** Default: the id of the event in hand; none outside of handlers. */
  readonly causationId?: string | undefined
  readonly dataVersion?: string | undefined
  readonly extensions?: Readonly<Record<string, ExtensionValue>> | undefined
}

/** An event that is still being put together. */
export type EventDraft = Mutable<BusEvent>
