import type { StandardSchemaV1 } from '@standard-schema/spec'
import { EventBusError } from '../core/errors.ts'
import { OptionReader } from '../core/option-reader.ts'
import type { AnyEventDefinition, EventDefinition } from './define-event.ts'

/** The data of an event: what `publish` takes, and what the schema makes of it for the handlers. */
export interface Data<In, Out = In> {
  readonly in: In
  readonly out: Out
}

/** What is asked of any catalog at run time. */
export interface AnyCatalog {
  readonly events: readonly AnyEventDefinition[]
  /** Whether `publish` refuses event types that the catalog does not have. */
  readonly strict: boolean
}

/** The events of a bus. `Types` maps each event type to its {@link Data}. */
export interface Catalog<Types> extends AnyCatalog {
  /** For a larger catalog: `defineCatalog([...appServerEvents.events, orderPlaced])`. */
  readonly events: readonly Definitions<Types>[keyof Types & string][]
  /** For the compiler only; not there at run time. */
  readonly '~types'?: Types
}

/** A catalog of some of the events: a bus with it takes any other type too. */
export interface LooseCatalog<Types> extends Catalog<Types> {
  readonly strict: false
}

type Definitions<Types> = {
  [K in keyof Types & string]: Types[K] extends Data<infer In, infer Out> ? EventDefinition<K, In, Out> : never
}

/** The `Types` of a catalog, from the union of its definitions. */
type TypesOf<D extends AnyEventDefinition> = {
  [E in D as E['type']]: E['schema'] extends StandardSchemaV1<infer In, infer Out> ? Data<In, Out> : never
}

/**
 * Joins event definitions. Given to `createEventBus` as `events`, the catalog types `publish` and `subscribe` and its
 * schemas check what is published. With `strict: false` events of other types may be published too; then a handler
 * of a pattern with wildcards can meet them, whatever its event's type says.
 * Throws `OPTION_INVALID` for an event type that is defined twice.
 */
export function defineCatalog<D extends AnyEventDefinition>(
  events: readonly D[],
  options?: { readonly strict?: true | undefined },
): Catalog<TypesOf<D>>
export function defineCatalog<D extends AnyEventDefinition>(
  events: readonly D[],
  options: { readonly strict: false },
): LooseCatalog<TypesOf<D>>
export function defineCatalog(
  events: readonly AnyEventDefinition[],
  options?: { readonly strict?: boolean | undefined },
): AnyCatalog {
  const strict = new OptionReader('defineCatalog', options, ['strict']).boolean('strict', true)
  refuseDoubles(events.map(({ type }) => type))
  return Object.freeze({ events: Object.freeze([...events]), strict })
}

function refuseDoubles(types: readonly string[]): void {
  const double = types.find((type, index) => types.indexOf(type) !== index)
  if (double === undefined) return
  throw new EventBusError('OPTION_INVALID', `defineCatalog: the event type '${double}' is defined twice`)
}
