/** `T` where JSON carries every value of it as it is, else a type that `T` is not assignable to. */
export type Json<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends NeverJson
    ? never
    : T extends readonly (infer Element)[]
      ? readonly Json<Element>[]
      : T extends object
        ? { [K in keyof T]: Json<T[K]> }
        : T

type NeverJson = bigint | symbol | ((...args: never[]) => unknown)

/** Objects that JSON turns into something else; like all class instances they are found out by their methods. */
type Exotic = NeverJson | Date | RegExp | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> | ArrayBufferView

/** To be intersected with a parameter's type: no demand where `T` is JSON, else one that nothing meets, and says why. */
export type MustBeJson<T> = [T] extends [Json<T>] ? unknown : NotJson<T>

type NotJson<T> = T extends Exotic | readonly unknown[]
  ? 'Event data travels as JSON, which carries no Date, Map, Set, bigint, symbol, function or class instance'
  : `Event data travels as JSON, which does not carry '${BadKey<T>}' as it is: use strings, numbers, booleans, null, arrays and plain objects`

type BadKey<T> = { [K in keyof T & string]-?: [T[K]] extends [Json<T[K]>] ? never : K }[keyof T & string]
