import type { UntypedBus } from '../../core/api.ts'
import type { EventStore } from '../../core/event-store.ts'
import type { Logger } from '../../core/logger.ts'
import type { EventStream } from './event-stream.ts'
import type { MetricsPage } from './get-metrics.ts'

/** What every route works with. */
export interface Service {
  readonly bus: UntypedBus
  /** Keeps history, if anything does. */
  readonly store: EventStore | undefined
  /** What Prometheus scrapes, where prom-client is installed. */
  readonly metrics: MetricsPage | undefined
  readonly token: string | undefined
  readonly logger: Logger
  /** The most bytes of a JSON body, and of one line of NDJSON. */
  readonly maxBodyBytes: number
  /** How many bytes may wait for a slow reader of a stream before it is cut off. */
  readonly maxBacklogBytes: number
  readonly heartbeatMs: number
  readonly publishTimeoutMs: number
  /** The open ones. */
  readonly streams: Set<EventStream>
}
