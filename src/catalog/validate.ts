import type { StandardSchemaV1 } from '@standard-schema/spec'
import { asError, EventBusError, type Issue } from '../core/errors.ts'
import type { EventInput } from '../core/event.ts'
import { assertEventType } from '../core/pattern.ts'
import { invalidEvent } from '../core/stamp.ts'
import type { AnyCatalog } from './define-catalog.ts'
import { type AnyEventDefinition, subjectOf } from './define-event.ts'
import { nearest } from './nearest.ts'

const maxListed = 10
const maxNearest = 3

/**
 * A function that checks events against the catalog. It answers the event with the data that the schema made of its own,
 * and with the subject that the definition names, if it came without. Throws `EVENT_INVALID`, with `issues`, for data
 * that the schema refuses, for a type that a strict catalog does not have, and for an asynchronous schema;
 * `EVENT_TYPE_INVALID` for a type that no catalog could have.
 */
export function createValidator(catalog: AnyCatalog): (input: EventInput) => EventInput {
  const definitions = new Map(catalog.events.map((definition) => [definition.type, definition]))
  return (input) => {
    const definition = definitions.get(input.type)
    if (definition) return validate(input, definition)
    if (!catalog.strict) return input
    assertEventType(input.type)
    throw invalidEvent(input.type, [{ path: ['type'], message: notInCatalog(input.type, [...definitions.keys()]) }])
  }
}

function validate(input: EventInput, { schema, subjectField }: AnyEventDefinition): EventInput {
  const result = runSchema(schema, input)
  if (result.issues) throw invalidEvent(input.type, result.issues.map(inData))
  const subject = input.subject ?? subjectOf(input.data, subjectField)
  return { ...input, data: result.value, ...(subject === undefined ? undefined : { subject }) }
}

function runSchema(schema: StandardSchemaV1, input: EventInput): StandardSchemaV1.Result<unknown> {
  let result: ReturnType<StandardSchemaV1['~standard']['validate']>
  try {
    result = schema['~standard'].validate(input.data)
  } catch (thrown) {
    throw schemaFailed(input, asError(thrown))
  }
  if (!isPromise(result)) return result
  // Nobody waits for it any more, so its rejection must not go unhandled.
  result.then(undefined, () => {})
  throw invalidEvent(input.type, [{ path: ['data'], message: asynchronous }])
}

const asynchronous =
  'its schema answers with a promise; an asynchronous schema cannot be used, since events that wait for theirs would be ' +
  'overtaken by others (zod answers so, too, when a refinement or transform throws)'

function schemaFailed({ type }: EventInput, cause: Error): EventBusError {
  const issues: Issue[] = [{ path: ['data'], message: `the schema threw: ${cause.message}` }]
  return new EventBusError('EVENT_INVALID', invalidEvent(type, issues).message, { issues, cause })
}

function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as Partial<PromiseLike<T>>).then === 'function'
}

function inData({ message, path = [] }: StandardSchemaV1.Issue): Issue {
  return { message, path: ['data', ...path.map((step) => (typeof step === 'object' ? step.key : step))] }
}

function notInCatalog(type: string, types: readonly string[]): string {
  if (types.length <= maxListed) return `is not in the catalog, which has ${list(types)}`
  return `is not in the catalog; of its ${types.length} types the nearest are ${list(nearest(type, types, maxNearest))}`
}

function list(types: readonly string[]): string {
  return types.map((type) => `'${type}'`).join(', ') || 'no types'
}
