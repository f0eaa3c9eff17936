import type { StandardSchemaV1 } from '@standard-schema/spec'

interface AnyField {
  readonly optional: boolean
  /** For the message: what the field should have been. */
  readonly expected: string
  readonly accepts: (value: unknown) => boolean
}

/** What one field of the data may hold: `V`, no more and no less. */
export interface Field<in out V, Optional extends boolean = false> extends AnyField {
  readonly optional: Optional
  readonly accepts: (value: unknown) => value is V
}

type Fields<T> = { readonly [K in keyof T]-?: {} extends Pick<T, K> ? Field<NonNullable<T[K]>, true> : Field<T[K]> }

/** A string that is not empty. */
export const text: Field<string> = {
  optional: false,
  expected: 'a string that is not empty',
  accepts: (value): value is string => typeof value === 'string' && value !== '',
}

/** Strings that are not empty; there may be none. */
export const texts: Field<readonly string[]> = {
  optional: false,
  expected: 'an array of strings that are not empty',
  accepts: (value): value is readonly string[] => Array.isArray(value) && value.every(text.accepts),
}

/** A number that JSON can carry: neither infinite nor NaN. */
export const number: Field<number> = {
  optional: false,
  expected: 'a finite number',
  accepts: (value): value is number => Number.isFinite(value),
}

/** One of a few words. */
export function oneOf<const V extends string>(...words: readonly V[]): Field<V> {
  return {
    optional: false,
    expected: `one of ${words.map((word) => `'${word}'`).join(', ')}`,
    accepts: (value): value is V => words.some((word) => word === value),
  }
}

/** The same field, which may be left out. */
export function optional<V>(field: Field<V>): Field<V, true> {
  return { ...field, optional: true }
}

/**
 * A synchronous Standard Schema of an object with these fields. Other fields are left out, not refused: what is not
 * declared never travels, secrets least of all, and a field that a newer publisher adds does not make an older
 * subscriber refuse the event.
 */
export function object<T extends object>(fields: Fields<T>): StandardSchemaV1<T> {
  const named = Object.entries<AnyField>(fields)
  return { '~standard': { version: 1, vendor: 'appserver', validate: (value) => check<T>(value, named) } }
}

function check<T>(value: unknown, fields: readonly [string, AnyField][]): StandardSchemaV1.Result<T> {
  if (!isRecord(value)) return { issues: [{ message: 'must be an object' }] }
  const present = fields.filter(([name, { optional }]) => !optional || value[name] !== undefined)
  const issues = present
    .filter(([name, field]) => !field.accepts(value[name]))
    .map(([name, { expected }]) => ({ message: `must be ${expected}`, path: [name] }))
  if (issues.length > 0) return { issues }
  return { value: Object.fromEntries(present.map(([name]) => [name, value[name]])) as T }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
