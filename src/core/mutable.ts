/** The same, to be filled in by whoever makes it. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] }
