import type { Outcome } from '../core/transport.ts'

/** An event that some cluster has brought. */
interface Seen {
  /** The clusters that have, one bit for each. */
  clusters: number
  /** On the clock of `performance`. */
  readonly at: number
  /** Resolves when its handlers have decided, and says whether they are done with it: `release` is as if it had never come. */
  done: Promise<boolean> | true
}

/** What an instance has had from its clusters lately, by event id: bounded in number and age. */
export class SeenEvents {
  readonly #events = new Map<string, Seen>()
  readonly #maxEvents: number
  readonly #windowMs: number

  constructor(maxEvents: number, windowMs: number) {
    this.#maxEvents = maxEvents
    this.#windowMs = windowMs
  }

  /**
   * Runs `first` for an event that is new, and `again` for one that another cluster has brought: when that one has been
   * dealt with. What the same cluster brings a second time is only acknowledged.
   */
  async settle(
    id: string,
    clusterBit: number,
    first: () => Promise<Outcome>,
    again: () => Promise<Outcome>,
  ): Promise<Outcome> {
    for (let seen = this.#recall(id); seen; seen = this.#recall(id)) {
      if (!(await seen.done)) continue
      if ((seen.clusters & clusterBit) !== 0) return { kind: 'ack' }
      seen.clusters |= clusterBit
      return again()
    }
    return this.#handle(id, clusterBit, first)
  }

  async #handle(id: string, clusterBit: number, work: () => Promise<Outcome>): Promise<Outcome> {
    const done = Promise.withResolvers<boolean>()
    const seen: Seen = { clusters: clusterBit, at: performance.now(), done: done.promise }
    this.#events.set(id, seen)
    this.#forgetOld()
    const outcome = await work()
    const isDone = outcome.kind !== 'release'
    if (isDone) seen.done = true
    else if (this.#events.get(id) === seen) this.#events.delete(id)
    done.resolve(isDone)
    return outcome
  }

  #recall(id: string): Seen | undefined {
    const seen = this.#events.get(id)
    return seen && performance.now() - seen.at < this.#windowMs ? seen : undefined
  }

  /** They stand in the order of their age. */
  #forgetOld(): void {
    const oldest = performance.now() - this.#windowMs
    for (const [id, { at }] of this.#events) {
      if (this.#events.size <= this.#maxEvents && at > oldest) return
      this.#events.delete(id)
    }
  }
}
