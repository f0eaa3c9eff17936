/**
 * Every code that an {@link EventBusError} can carry. Codes are stable: callers branch on them, never on message text.
 */
export type EventBusErrorCode =
  /** An option is missing, unknown or has a value that is not allowed. The message names it. */
  | 'OPTION_INVALID'
  /** An optional package that this feature needs is not installed. The message names it. */
  | 'DEPENDENCY_MISSING'
  /** An event type that breaks the rules of {@link assertEventType}. */
  | 'EVENT_TYPE_INVALID'
  /** A pattern that breaks the rules of {@link assertPattern}. */
  | 'PATTERN_INVALID'
  /** The event or its data was refused by the catalog or is malformed; `issues` says where. Nothing was sent. */
  | 'EVENT_INVALID'
  /** The data cannot be carried by JSON: a cycle, a BigInt, a function or symbol in place of the data. Nothing was sent. */
  | 'EVENT_NOT_SERIALIZABLE'
  /** The event is larger than the transport accepts. It was not stored anywhere. */
  | 'EVENT_TOO_LARGE'
  /** A message that is no event: it cannot be decoded. It goes to the dead letters with its bytes intact. */
  | 'EVENT_UNDECODABLE'
  /** Two handlers on one subscription point have the same name. */
  | 'HANDLER_NAME_IN_USE'
  /** A handler ran for longer than its `timeoutMs`. */
  | 'HANDLER_TIMEOUT'
  /** A retry was for a handler that is not there any more. */
  | 'HANDLER_GONE'
  /** Another process holds this instance's name; this one stands by. */
  | 'INSTANCE_NAME_IN_USE'
  /** The limit of buffered events or bytes is reached; the event was not accepted. */
  | 'PUBLISH_BUFFER_FULL'
  /** The time limit passed before the event was sent. It was certainly not sent. */
  | 'PUBLISH_TIMEOUT'
  /** The caller's signal was aborted before the event was sent. It was certainly not sent. */
  | 'PUBLISH_ABORTED'
  /** The event was sent but not confirmed (time limit, abort or close). It may have arrived: publish it again under the same id. */
  | 'PUBLISH_UNCONFIRMED'
  /** The broker refused the event again and again (nack), for example because a queue is full. */
  | 'PUBLISH_REFUSED'
  /** `requireRoute` was asked for and no queue wanted the event. */
  | 'PUBLISH_UNROUTABLE'
  /** Of several clusters, some have confirmed the event and others have not; `confirmed` and `failed` name them. */
  | 'PARTIALLY_PUBLISHED'
  /** The broker cannot be reached, or the connection to it was lost. */
  | 'CONNECTION_FAILED'
  /** A function among the options, `credentials` or `tls`, failed or did not answer in time. It is asked again. */
  | 'CREDENTIALS_UNAVAILABLE'
  /** The broker refused the credentials. */
  | 'CREDENTIALS_REFUSED'
  /** The broker does not know the virtual host, or the user may not enter it. */
  | 'VHOST_REFUSED'
  /** The TLS handshake failed: a plain port, an untrusted certificate, a wrong name. */
  | 'TLS_FAILED'
  /** The user may not do this on the broker. The message names the object. */
  | 'PERMISSION_DENIED'
  /** An exchange or queue exists with other properties. The message names it and the difference. */
  | 'TOPOLOGY_MISMATCH'
  /** An exchange or queue does not exist, and the settings forbid to make it. */
  | 'TOPOLOGY_MISSING'
  /** An event was in hand for longer than the broker allows (RabbitMQ's `consumer_timeout`), which took it back. */
  | 'CONSUMER_TIMEOUT'
  /** The broker did not answer a request within its limit. */
  | 'BROKER_TIMEOUT'
  /** The broker reported an error that none of the other codes names. */
  | 'BROKER_ERROR'
  /** The bus is closing or closed. */
  | 'BUS_CLOSED'
  /** The subscription was ended before it became ready. */
  | 'SUBSCRIPTION_ENDED'
  /** The call reads or writes history, and the bus has no event store. */
  | 'STORE_MISSING'
  /** A replay ended before its end; `report` says how far it came, `cause` why. */
  | 'REPLAY_STOPPED'
  /** The event store's database cannot be reached, or is locked for too long. What was not answered may have been recorded. */
  | 'STORE_UNAVAILABLE'
  /** The event store has no room: the disk is full, or a limit of its database is reached. Nothing was recorded. */
  | 'STORE_FULL'
  /** The event store's database is damaged. The message says what to do. */
  | 'STORE_CORRUPT'
  /** The database is there, and is something else than an event store. It was not touched. */
  | 'STORE_FOREIGN'
  /** The event store was made by a later version of this package. It was not touched. */
  | 'STORE_NEWER'
  /** The event store is closed. */
  | 'STORE_CLOSED'
  /** The event store's database reported an error that none of the other codes names. */
  | 'STORE_FAILED'
  /** A load of a synced cache took longer than its `loadTimeoutMs`. */
  | 'LOAD_TIMEOUT'
  /** The stream is not at the expected version: somebody else wrote to it. Nothing was recorded. */
  | 'VERSION_CONFLICT'
  /** The event store has not reached this position: it is from another store, or from before a restored backup. */
  | 'POSITION_UNKNOWN'

/** One thing that is wrong with an event: a message and the path to it inside the event. */
export interface Issue {
  readonly message: string
  /** Keys from the event down to the wrong value, e.g. `['data', 'appId']`. */
  readonly path: readonly PropertyKey[]
}

/** What an error carries beside its code and message. */
export interface EventBusErrorOptions {
  readonly cause?: unknown
  readonly issues?: readonly Issue[]
}

/** The one error class of the bus. Branch on `code`; the original error, where there is one, is `cause`. */
export class EventBusError extends Error {
  override readonly name = 'EventBusError'
  readonly code: EventBusErrorCode
  /** What is wrong with the event; only for `EVENT_INVALID`. */
  declare readonly issues?: readonly Issue[]
  /** The event that a failed `publish` was about, stamped if it got that far: publish it again under the same id. */
  declare readonly event?: object

  constructor(code: EventBusErrorCode, message: string, options: EventBusErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    if (options.issues) Object.defineProperty(this, 'issues', { value: options.issues, enumerable: true })
  }

  /** The same error, carrying the event: not enumerable, since printing an error must not print a payload. */
  about(event: object): this {
    return Object.defineProperty(this, 'event', { value: event, enumerable: false, configurable: true })
  }
}

/** Whether `error` is an {@link EventBusError}, of that code if one is given. */
export function isEventBusError(error: unknown, code?: EventBusErrorCode): error is EventBusError {
  return error instanceof EventBusError && (code === undefined || error.code === code)
}

/** The value as an Error: as it is, or wrapped, since anything can be thrown. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(textOf(thrown))
}

function textOf(thrown: unknown): string {
  try {
    return String(thrown)
  } catch {
    // An object without a prototype, or one whose toString throws.
    return `a thrown ${typeof thrown} that has no text`
  }
}
