import type { StandardSchemaV1 } from '@standard-schema/spec'
import { EventBusError } from '../core/errors.ts'
import type { EventInput } from '../core/event.ts'
import { OptionReader } from '../core/option-reader.ts'
import { assertEventType } from '../core/pattern.ts'
import type { MustBeJson } from './json.ts'

/** What a publisher may say of an event beside its type and data. */
export type EventAttributes = Omit<EventInput, 'type' | 'data'>

/** What a catalog knows of each of its events. */
export interface AnyEventDefinition {
  readonly type: string
  readonly schema: StandardSchemaV1
  /** The field of the data that names the event's subject. */
  readonly subjectField: string | undefined
}

/**
 * One kind of event. Called with data, and attributes if need be, it makes the input of `publish`; the data is checked
 * there, not here. `In` is what the schema takes, `Out` what it makes of it: what travels and what handlers get.
 */
export interface EventDefinition<T extends string, In, Out = In> extends AnyEventDefinition {
  (data: In, attributes?: EventAttributes): EventInput<T, In>
  readonly type: T
  readonly schema: StandardSchemaV1<In, Out>
}

/** What else a definition says of its events. */
export interface DefineEventOptions<In> {
  /** The field of the data that becomes the event's `subject` where the publisher gives none, e.g. `appId`. Default: none. */
  readonly subject?: TextField<In> | undefined
}

/** The names of the fields that hold text. */
type TextField<In> = { [K in keyof In & string]-?: In[K] extends string | undefined ? K : never }[keyof In & string]

/**
 * Defines a kind of event: its type and the Standard Schema (zod, valibot, arktype, ..., or `type<T>()`) of its data.
 * What the schema makes of the data must be JSON; a type that is not is a compile error.
 * Throws `EVENT_TYPE_INVALID` and, for what is no Standard Schema, `OPTION_INVALID`.
 */
export function defineEvent<const T extends string, In, Out>(
  type: T,
  schema: StandardSchemaV1<In, Out> & MustBeJson<Out>,
  options?: DefineEventOptions<In>,
): EventDefinition<T, In, Out> {
  assertEventType(type)
  assertSchema(type, schema)
  const subjectField = new OptionReader(`defineEvent('${type}')`, options, ['subject']).string('subject')
  const create = (data: In, attributes: EventAttributes = {}): EventInput<T, In> => ({
    ...attributes,
    type,
    data,
    subject: attributes.subject ?? subjectOf(data, subjectField),
  })
  return Object.freeze(Object.assign(create, { type, schema, subjectField }))
}

/** The text in that field of the data, if there is any. Takes any data: it may not have been checked yet. */
export function subjectOf(data: unknown, field: string | undefined): string | undefined {
  if (field === undefined || typeof data !== 'object' || data === null) return undefined
  const value: unknown = Reflect.get(data, field)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function assertSchema(type: string, schema: unknown): void {
  const standard = isObject(schema) ? schema['~standard'] : undefined
  if (isObject(standard) && standard.version === 1 && typeof standard.validate === 'function') return
  throw new EventBusError(
    'OPTION_INVALID',
    `defineEvent('${type}'): 'schema' is no Standard Schema; allowed: a schema of zod 3.24, valibot 1, arktype 2 or later, or type<T>()`,
  )
}

/** arktype's schemas are functions. */
function isObject(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
