/** What becomes of a delivery on the broker, once all that its outcome asks for is done. */
export type Settlement = 'ack' | 'release'

/** How many events make a generation; one to two generations are remembered, far more than can be in hand at once. */
const generationSize = 5_000

/**
 * What this process is doing, or has lately done, with the events of one queue. An acknowledgement can be lost with its
 * channel, and a handler can outlive it: when the same process gets the event back, it shall not run the handlers again.
 */
export class RecentDeliveries {
  #young = new Map<string, Promise<Settlement>>()
  #old = new Map<string, Promise<Settlement>>()

  /** Runs `work`, or answers what came, or will come, of the run that this redelivery repeats. */
  settle(id: string, redelivered: boolean, work: () => Promise<Settlement>): Promise<Settlement> {
    const known = redelivered ? this.#settlementOf(id) : undefined
    if (known) return known
    const settlement = work()
    this.#remember(id, settlement)
    return settlement
  }

  has(id: string): boolean {
    return this.#settlementOf(id) !== undefined
  }

  /** The next delivery of the event is a new one. */
  forget(id: string): void {
    this.#young.delete(id)
    this.#old.delete(id)
  }

  #settlementOf(id: string): Promise<Settlement> | undefined {
    return this.#young.get(id) ?? this.#old.get(id)
  }

  #remember(id: string, settlement: Promise<Settlement>): void {
    if (this.#young.size >= generationSize) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(id, settlement)
  }
}
