/** What a member process is told on its command line, as one JSON argument. */
export interface MemberOrders {
  readonly url: string
  readonly exchange: string
  readonly instance: string
  readonly role: 'publisher' | 'receiver'
  /** Publisher: how many events, and how many of them may be unconfirmed at a time. */
  readonly events: number
  readonly inFlight: number
  readonly prefetch: number
}

/** What a member process reports. */
export type MemberReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly confirmed: number }
  | { readonly kind: 'published'; readonly confirmed: readonly string[]; readonly failed: readonly string[] }
  | { readonly kind: 'counts'; readonly broadcast: number; readonly shared: number }
  | { readonly kind: 'received'; readonly broadcast: readonly string[]; readonly shared: readonly string[] }
  /** An unhandled rejection or uncaught error: always a failure of the bus. */
  | { readonly kind: 'fault'; readonly message: string }

export type MemberCommand = 'publish' | 'count' | 'report' | 'close'
