export type {
  ComponentCheck,
  BusControl,
  BusListeners,
  BusStatus,
  CloseOptions,
  CloseReport,
  Context,
  Gap,
  Handler,
  Middleware,
  Publish,
  PublishOptions,
  SubscribeOptions,
  Subscription,
  SubscriptionStatus,
  UntypedBus,
} from './core/api.ts'
export type {
  DeadLetterCause,
  DeadLetterChoice,
  DeadLetterError,
  DeadLetterFilter,
  DeadLetterInfo,
  DeadLetterPage,
  DeadLetterProgress,
  DeadLetterReason,
  DeadLetters,
  DiscardOptions,
  DiscardReport,
  DeadLetterListOptions,
  RedriveFailure,
  RedriveOptions,
  RedriveReport,
} from './core/dead-letters.ts'
export { EventBusError, type EventBusErrorCode, type Issue, isEventBusError } from './core/errors.ts'
export type { BusEvent, EventInput, ExtensionValue } from './core/event.ts'
export type {
  AppendedEvent,
  AppendOptions,
  AuditEntry,
  EventQuery,
  EventReading,
  EventStore,
  PruneOptions,
  PruneReport,
  ReadQuery,
  RedactOptions,
  StoredEvent,
} from './core/event-store.ts'
export type { Clock, Timer } from './core/clock.ts'
export type { HealthOptions, HealthSettings } from './core/health-options.ts'
export { type ComponentHealth, type HealthBody, healthResponse, type HealthResponse } from './core/health-response.ts'
export type { Health, HealthCheck, HealthStatus } from './core/health.ts'
export type { Durations, HistogramBucket } from './core/histogram.ts'
export type { BufferedLoad, ConnectionLoad, SessionLoad, TransportLoad } from './core/load.ts'
export { type Logger, silentLogger } from './core/logger.ts'
export type {
  EventTypeCounts,
  GapCounts,
  Measurements,
  RecordingMeasurements,
  RetryCounts,
  SubscriptionCounts,
} from './core/measurements.ts'
export {
  type ReplayOptions,
  type ReplayPoint,
  type ReplayProgress,
  type ReplayQueue,
  type ReplayReport,
  ReplayStopped,
} from './core/replay.ts'
export type { RecordingOptions } from './core/recording-options.ts'
export { DeadLetter, type RetryDelay, RetryLater, type RetryOptions } from './core/retry.ts'
export { stampEvent } from './core/stamp.ts'
export type {
  Copy,
  DeadLetterCopy,
  DeadLetterStore,
  Delivery,
  Intake,
  Member,
  Outcome,
  Point,
  ForwardRequest,
  PublishRequest,
  PublishSettings,
  Receive,
  ReplayRequest,
  RetryCopy,
  Transport,
  TransportInfo,
  TransportSession,
} from './core/transport.ts'
export {
  type Catalog,
  type Data,
  defineCatalog,
  defineEvent,
  type DefineEventOptions,
  type EventAttributes,
  type EventDefinition,
  type EventOf,
  type LooseCatalog,
  type LooseEvents,
  type ReplayQuery,
  type Select,
  type TypedEvents,
  type Untyped,
  type,
} from './catalog/index.ts'
export {
  type CacheKey,
  createSyncedCache,
  everything,
  type Invalidated,
  type InvalidateOn,
  type Load,
  type LooselyInvalidateOn,
  type SyncedCache,
  type SyncedCacheOptions,
  type SyncedCacheStatistics,
} from './cache/index.ts'
export { createEventBus, type EventBus, type EventBusOptions, type LooseEventBus } from './create-event-bus.ts'
export {
  createMultiClusterBus,
  type LooseMultiClusterBus,
  type MultiClusterBus,
  type MultiClusterBusOptions,
} from './create-multi-cluster-bus.ts'
export {
  type Bridge,
  bridge,
  type BridgeOptions,
  type ClusterOptions,
  type ClusterView,
  type DeduplicationOptions,
  PartiallyPublished,
  type PublishPolicy,
} from './multi-cluster/index.ts'
export { memory, type MemoryDeadLetter, type MemoryOptions, type MemoryTransport } from './memory/index.ts'
export {
  type EventRecording,
  foldStream,
  type Folded,
  memoryStore,
  recordEvents,
  type RecordEventsOptions,
  type Reducer,
} from './store/index.ts'
