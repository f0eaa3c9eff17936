import type { Place } from '../contenders/client.ts'
import type { Orders } from './end.ts'

/** What one process does with a client of RabbitMQ. */
export interface ClientOrders extends Orders {
  readonly task: 'declare' | 'publish' | 'pace' | 'consume' | 'receive' | 'time'
  readonly place: Place
  readonly events: number
  readonly inFlight: number
  /** With `pace`: how many events it publishes in a second. */
  readonly ratePerSecond: number
  /** With `receive`: how many handlers the event has. */
  readonly handlers: number
}

/** What the process has done: how long it took, and the processor time that it spent. */
export interface Done {
  readonly seconds: number
  readonly cpuSeconds: number
  /** From the publisher's clock to the handler, of the events that were paced. */
  readonly latency?: Latency
}

export interface Latency {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}
