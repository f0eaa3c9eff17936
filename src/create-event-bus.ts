import type { AnyCatalog, Catalog, LooseCatalog } from './catalog/define-catalog.ts'
import type { LooseEvents, TypedEvents, Untyped } from './catalog/types.ts'
import { createValidator } from './catalog/validate.ts'
import type { BusControl } from './core/api.ts'
import { Bus } from './core/bus.ts'
import { type BusOptions, resolveBusOptions, type Validators } from './core/options.ts'
import { memory } from './memory/index.ts'

/** A bus that publishes and hands out the events of its catalog; without a catalog, any events. */
export interface EventBus<Types = Untyped> extends TypedEvents<Types>, BusControl {}

/** A bus whose catalog names some of its events. */
export interface LooseEventBus<Types> extends LooseEvents<Types>, BusControl {}

export interface EventBusOptions<C> extends Omit<BusOptions, 'transport'> {
  /** The events of this bus, checked by the compiler and at run time. Default: any type, any JSON data. */
  readonly events?: C | undefined
  /** `memory()` or `rabbitmq(...)`. Default `memory()`. */
  readonly transport?: BusOptions['transport'] | undefined
}

/**
 * Makes a bus. Returns at once and connects in the background: publishing and subscribing work from the start, and
 * complete when the broker is there; `await bus.ready` where a program wants to wait. Throws `OPTION_INVALID`.
 */
export function createEventBus<Types>(
  options: EventBusOptions<LooseCatalog<Types>> & { readonly events: LooseCatalog<Types> },
): LooseEventBus<Types>
export function createEventBus<Types = Untyped>(options: EventBusOptions<Catalog<Types>>): EventBus<Types>
export function createEventBus<Types>(options: EventBusOptions<Catalog<Types>>): EventBus<Types> {
  const { events, ...rest } = options
  const bus = new Bus(
    resolveBusOptions({ ...rest, transport: options.transport ?? memory() }, events && validatorsOf(events)),
  )
  // The types say what the validator sees to; at run time there is one kind of bus.
  return bus as unknown as EventBus<Types>
}

/** Others may publish what this program's catalog does not have yet: on arrival that is no fault. */
export function validatorsOf(catalog: AnyCatalog): Validators {
  return { outgoing: createValidator(catalog), incoming: createValidator({ ...catalog, strict: false }) }
}
