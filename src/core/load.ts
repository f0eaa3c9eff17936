/** What one bus has on its transport, and what came to it. */
export interface TransportLoad {
  /** What is on its way to the broker, copies for retries and dead letters included. */
  readonly buffered: BufferedLoad
  /** By name, e.g. `publish` and `consume`. */
  readonly connections: Readonly<Record<string, ConnectionLoad>>
  /** Deliveries that the transport had handed out before. */
  readonly redeliveries: number
  /** By name, on a bus of several clusters; what stands above is the sum of them. */
  readonly clusters?: Readonly<Record<string, ClusterLoad>>
}

/** What one bus has on one of several clusters. */
export interface ClusterLoad extends Omit<TransportLoad, 'clusters'> {
  /** Whether what is published now belongs to it. */
  readonly isHome: boolean
  /** Deliveries that were acknowledged without a handler, since another cluster had brought the event, or will. */
  readonly duplicates: number
}

/** What has no confirm yet. */
export interface BufferedLoad {
  readonly events: number
  /** Of their bodies. */
  readonly bytes: number
}

/** Every state that a connection can be in. */
export const connectionStates = ['connecting', 'open', 'blocked', 'refused', 'closed'] as const

export interface ConnectionLoad {
  /** As `BusStatus`, for this connection alone. */
  readonly state: (typeof connectionStates)[number]
  /** How often it was made anew after a loss. */
  readonly reconnects: number
}

/** What a session has counted, beside its state of now. */
export interface SessionLoad extends TransportLoad {
  /** Messages that were no events, and went to the dead letters. */
  readonly undecodable: number
}
