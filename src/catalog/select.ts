/**
 * The event types (a union of literals) that a pattern selects, by the rules of an AMQP topic exchange: `*` stands for
 * one word, `#` for zero or more. All of them when the pattern is not a literal.
 */
export type Select<P extends string, T extends string> = P extends P
  ? {} extends Record<P, 1>
    ? T
    : P extends `${string}*${string}`
      ? Exact<P, T & Wide<P>>
      : T & Wide<P>
  : never

/**
 * The pattern as template literals, which the compiler filters a union by natively: thousands of types cost nothing.
 * Exact for `#`; too wide for `*`, which {@link Exact} then decides for the few that are left.
 */
type Wide<P extends string> = P extends '#'
  ? string
  : P extends `#.${infer Rest}`
    ? Wide<Rest> | `${string}.${Wide<Rest>}`
    : P extends `${infer Rest}.#`
      ? Wide<Rest> | `${Wide<Rest>}.${string}`
      : P extends `${infer Left}.#.${infer Right}`
        ? `${Wide<Left>}.${Wide<Right>}` | `${Wide<Left>}.${string}.${Wide<Right>}`
        : P extends `${infer Left}*${infer Right}`
          ? `${Left}${string}${Wide<Right>}`
          : P

type Exact<P extends string, T extends string> = T extends T
  ? Matches<`${P}.`, `${T}.`> extends true
    ? T
    : never
  : never

/** Word by word. Both sides end with a dot, so that `''` means that no words are left. */
type Matches<P extends string, T extends string> = P extends '#.'
  ? true
  : P extends `#.${infer Rest}`
    ? Matches<Rest, T> extends true
      ? true
      : T extends `${string}.${infer Tail}`
        ? Matches<P, Tail>
        : false
    : P extends `${infer Word}.${infer Rest}`
      ? T extends `${infer Head}.${infer Tail}`
        ? Word extends '*' | Head
          ? Matches<Rest, Tail>
          : false
        : false
      : T extends ''
        ? true
        : false
