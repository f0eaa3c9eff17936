/** What becomes of a delivery on the broker, once all that its outcome asks for is done. */
export type Settlement = 'ack' | 'release'

/**
 * What this process is doing, or has lately done, with the events of one queue. An acknowledgement can be lost with its
 * channel, and a handler can outlive it: when the same process gets the event back, it shall not run the handlers again.
 */
export class RecentDeliveries {
  readonly #inHand = new Map<string, Promise<Settlement>>()
  /** Acknowledged; one to two generations are remembered. */
  #young = new Set<string>()
  #old = new Set<string>()
  readonly #generationSize: number

  /** At most `prefetch` deliveries wait for the broker to see their acknowledgement; more come back with those of others. */
  constructor(prefetch: number) {
    this.#generationSize = Math.max(1_000, 4 * prefetch)
  }

  /** Runs `work`, or answers what came, or will come, of the run that this redelivery repeats. */
  settle(id: string, redelivered: boolean, work: () => Promise<Settlement>): Promise<Settlement> {
    const known = redelivered ? this.#recall(id) : undefined
    if (known) return known
    const settlement = this.#carryOut(id, work)
    this.#inHand.set(id, settlement)
    return settlement
  }

  /** Whether this process is working on it, or has done so lately. */
  has(id: string): boolean {
    return this.#inHand.has(id) || this.#isDone(id)
  }

  async #carryOut(id: string, work: () => Promise<Settlement>): Promise<Settlement> {
    const settlement = await work()
    this.#inHand.delete(id)
    if (settlement === 'ack') this.#remember(id)
    return settlement
  }

  #recall(id: string): Promise<Settlement> | undefined {
    return this.#isDone(id) ? Promise.resolve('ack') : this.#inHand.get(id)
  }

  #isDone(id: string): boolean {
    return this.#young.has(id) || this.#old.has(id)
  }

  #remember(id: string): void {
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young
      this.#young = new Set()
    }
    this.#young.add(id)
  }
}
