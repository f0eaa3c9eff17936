/** What a member process is told on its command line, as one JSON argument. */
export interface MemberOrders {
  readonly url: string
  /** The nodes of a cluster, instead of the host in the URL. */
  readonly hosts?: readonly string[]
  readonly exchange: string
  readonly instance: string
  readonly role: 'publisher' | 'receiver'
  readonly heartbeatSeconds: number
  readonly prefetch: number
  readonly batching: boolean
  readonly queueType: 'quorum' | 'classic'
  /** The file in which it writes down what it does, line by line, whatever becomes of it. */
  readonly journal: string
  readonly load: Load
  /** Receiver: how long its handlers take. */
  readonly handleMs: number
}

/** How a publisher publishes. */
export interface Load {
  /** So many a second, whether they are confirmed or not. Default: as fast as the two below allow. */
  readonly perSecond?: number
  /** How many may be unconfirmed at a time. */
  readonly inFlight: number
  /** How long each of those in flight rests after its confirm. */
  readonly restMs: number
}

/** A line of a journal: one of these, and the id of an event. */
export type JournalKind = 'published' | 'confirmed' | 'instance' | 'group' | 'late'

/** What a member process reports. */
export type MemberReport =
  | { readonly kind: 'ready' }
  /** All that was published has settled; `failed` are the messages of what was rejected. */
  | { readonly kind: 'published'; readonly failed: readonly string[] }
  | { readonly kind: 'subscribed' }
  | { readonly kind: 'unsubscribed' }
  | { readonly kind: 'closed'; readonly unfinishedDeliveries: number; readonly unconfirmedEvents: number }
  /** What is in use after a garbage collection. */
  | { readonly kind: 'heap'; readonly bytes: number }
  /** An unhandled rejection or uncaught error: always a failure of the bus. */
  | { readonly kind: 'fault'; readonly message: string }

/**
 * `publish`: until `finish`; what is in flight then is the last. `subscribe`: one more handler on the instance, which notes `late`.
 * `unsubscribe`: from the group. `measure`: report the heap.
 */
export type MemberCommand = 'publish' | 'finish' | 'subscribe' | 'unsubscribe' | 'measure'
