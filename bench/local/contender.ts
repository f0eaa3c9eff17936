/** Hands out events within one process. */
export interface LocalBus {
  /** The pattern is one of AMQP: `*` is a word. */
  subscribe(pattern: string, handle: (data: unknown) => void): void | Promise<void>
  /** Resolves when all handlers have run, where it tells. */
  publish(type: string, data: object): Promise<unknown>
}

/** Finds what is wanted of a type, among many patterns. */
export interface Matcher {
  add(pattern: string, value: number): void
  match(type: string): unknown
}

/** What the file of a contender exports. */
export interface LocalContender {
  readonly open: () => LocalBus | Promise<LocalBus>
  /** Of those that match patterns. */
  readonly matcher?: () => Matcher
}
