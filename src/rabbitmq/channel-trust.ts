import type { Outgoing } from './outgoing.ts'

/** So many refusals of one message, and the channel itself may be the reason, once it is older than `patience`. */
const refusalsOfAChannel = 3
const patience = { minMs: 1_000, maxMs: 30_000 }

/**
 * RabbitMQ fact: on 3.10 a channel that was opened while a quorum queue elected its leader can refuse everything for that
 * queue until the node of the old leader is back. Another channel finds the new leader. It does not help a queue that is
 * full: so it is tried ever more rarely.
 */
export class ChannelTrust {
  /** How many channels were given up, since a message that was refused has been taken. */
  #givenUp = 0

  taken({ refusals }: Outgoing): void {
    if (refusals > 0) this.#givenUp = 0
  }

  /** Whether to give up the channel, which was opened then, after these messages were refused on it. */
  endsWith(refused: readonly Outgoing[], openedAt: number): boolean {
    if (refused.every(({ refusals }) => refusals < refusalsOfAChannel)) return false
    if (Date.now() - openedAt < Math.min(patience.maxMs, patience.minMs * 2 ** this.#givenUp)) return false
    this.#givenUp++
    return true
  }
}
