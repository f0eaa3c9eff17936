/** `true` where the two types are the same to the compiler, not merely assignable to each other. */
export type Equal<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false

/** Compiles only where the two types are the same. */
export function expectEqual<A, B>(..._same: Equal<A, B> extends true ? [] : [expected: B, actual: A]): void {}
