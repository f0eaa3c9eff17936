/** One running server of the demo. */
export interface Member {
  readonly name: string
  readonly url: string
  /** Ends it without a goodbye where that is possible: what it had not acknowledged stays on the bus. */
  kill(): Promise<void>
  /** Ends it in order. Rejects if that fails. */
  stop(): Promise<void>
}

/** Where servers run: as processes on RabbitMQ, or all in this process. */
export interface Fleet {
  /** For people. */
  readonly place: string
  /** Starts a server and waits until it is ready. */
  start(name: string): Promise<Member>
}
