export type {
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
  RetryOptions,
  SubscribeOptions,
  Subscription,
  SubscriptionStatus,
  UntypedBus,
} from './core/api.ts'
export { EventBusError, type EventBusErrorCode, type Issue, isEventBusError } from './core/errors.ts'
export type { BusEvent, EventInput, ExtensionValue } from './core/event.ts'
export type { Health, HealthCheck, HealthStatus } from './core/health.ts'
export { type Logger, silentLogger } from './core/logger.ts'
export type {
  DeadLettering,
  Delivery,
  Intake,
  Member,
  Outcome,
  Point,
  PublishRequest,
  PublishSettings,
  Receive,
  Transport,
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
  type Select,
  type TypedEvents,
  type Untyped,
  type,
} from './catalog/index.ts'
export { createEventBus, type EventBus, type EventBusOptions, type LooseEventBus } from './create-event-bus.ts'
export { memory, type MemoryDeadLetter, type MemoryOptions, type MemoryTransport } from './memory/index.ts'
