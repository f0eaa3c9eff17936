import type { Place } from '../contenders/client.ts'

/** What one process does for one contender. */
export interface Orders {
  /** The URL of the module that exports the contender. */
  readonly module: string
  readonly task: 'declare' | 'publish' | 'pace' | 'consume' | 'receive' | 'time'
  readonly place: Place
  readonly events: number
  readonly inFlight: number
  /** With `pace`: how many events it publishes in a second. */
  readonly ratePerSecond: number
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

export type Report = 'ready' | Done
