import type { StandardSchemaV1 } from '@standard-schema/spec'

/**
 * A schema that carries the type `T` to the compiler and checks nothing at run time: for data whose shape a program
 * trusts, e.g. `defineEvent('settings.updated', type<{ appId: string; keys: string[] }>())`.
 */
export function type<T>(): StandardSchemaV1<T> {
  return { '~standard': { version: 1, vendor: 'appserver', validate: (value) => ({ value: value as T }) } }
}
