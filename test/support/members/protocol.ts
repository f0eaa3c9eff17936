/** What a member process is told on its command line, as one JSON argument. */
export interface MemberOrders {
  readonly url: string
  readonly exchange: string
  readonly instance: string
  readonly role: 'publisher' | 'receiver'
  /** Publisher: how many events at the most, and how many of them may be unconfirmed at a time. */
  readonly events: number
  readonly inFlight: number
  /** Publisher: how long each of those in flight rests after its confirm. */
  readonly restMs: number
  readonly prefetch: number
  /** Receiver: the file that it writes down in what it has handled, line by line, whatever becomes of it. */
  readonly journal: string
}

/** What a member process reports. */
export type MemberReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly confirmed: number }
  | { readonly kind: 'published'; readonly confirmed: readonly string[]; readonly failed: readonly string[] }
  /** An unhandled rejection or uncaught error: always a failure of the bus. */
  | { readonly kind: 'fault'; readonly message: string }

/** `finish`: what is in flight is the last. */
export type MemberCommand = 'publish' | 'finish' | 'close'
