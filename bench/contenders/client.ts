import type { Data } from '../payload.ts'

/** Where a client publishes and receives. All clients use the names that the bus would give. */
export interface Place {
  readonly url: string
  readonly exchange: string
  /** The name of the process, where a client has such names. */
  readonly instance: string
  /** What the bus calls the queue of that instance. */
  readonly queue: string
  /** Deliveries in hand at the most. */
  readonly prefetch: number
}

/** One process's end of a client library, driven as its documentation says. */
export interface Client {
  /** Opens what publishing needs. What it answers with publishes one event, and resolves with the broker's confirm. */
  publisher(): Promise<Publish>
  /**
   * Declares and binds a quorum queue and consumes it, acknowledging each event behind `handle`. Called again, it is for a
   * further handler of the same events: a client that needs no queue for that takes none.
   */
  subscribe(handle: (data: Data) => void, queue: string): Promise<void>
  close(): Promise<void>
}

export type Publish = (data: Data) => Promise<unknown>

/** What the file of a contender exports. */
export interface Contender {
  readonly connect: (place: Place) => Promise<Client>
}

/** The queue of a place's first, second, ... handler. */
export function furtherQueue({ queue }: Place, handler: number): string {
  return handler === 0 ? queue : `${queue}:${handler}`
}

export const eventType = 'bench.event'
export const pattern = 'bench.#'
export const queueArguments = { 'x-queue-type': 'quorum' } as const
export const messageOptions = { persistent: true, contentType: 'application/json' } as const
