import type { BusStatus } from '../core/api.ts'
import { type EventBusErrorCode, isEventBusError } from '../core/errors.ts'
import { withFields } from '../core/logger.ts'
import { neverUnhandled } from '../core/settled.ts'
import type { Member, PublishRequest, TransportSession } from '../core/transport.ts'
import type { ClusterOptions } from './options.ts'

/** What says that a cluster takes nothing from this client, whichever event it is. */
const refusals: readonly EventBusErrorCode[] = ['TOPOLOGY_MISMATCH', 'TOPOLOGY_MISSING', 'PERMISSION_DENIED']

/** One cluster as a bus of several sees it: its session, and how it does as a place to publish to. */
export class Cluster {
  readonly name: string
  readonly session: TransportSession
  /** When the events that it has not confirmed were given to it, oldest first. */
  readonly #unconfirmed = new Map<number, number>()
  readonly #changed: () => void
  #nextNumber = 0
  #refusedAt: number | undefined

  /** `changed` is called when it does better or worse as a place to publish to. */
  constructor({ name, transport }: ClusterOptions, member: Member, changed: () => void) {
    const { onDue } = member
    this.name = name
    this.#changed = changed
    this.session = transport.join({
      ...member,
      logger: withFields(member.logger, { cluster: name }),
      onStatus: changed,
      // The others have it, too: it is recorded once.
      onDue: onDue && ((due) => (due.home ?? name) === name && onDue(due)),
      onGap: (gap) => member.onGap({ ...gap, reason: `${gap.reason} (cluster '${name}')` }),
    })
  }

  get status(): BusStatus {
    return this.session.status
  }

  /** Since when it has been owing its oldest confirm, on the clock of `performance`. */
  get silentSince(): number | undefined {
    const [oldest] = this.#unconfirmed.values()
    return oldest
  }

  /** When it last refused an event, on the clock of `performance`; until it confirms one. */
  get refusedAt(): number | undefined {
    return this.#refusedAt
  }

  /** Rejections are looked after, also where nobody waits. */
  publish(request: PublishRequest): Promise<void> {
    return neverUnhandled(this.#publish(request))
  }

  async #publish(request: PublishRequest): Promise<void> {
    const number = this.#nextNumber++
    this.#unconfirmed.set(number, performance.now())
    try {
      await this.session.publish(request)
      this.#refusedAt = undefined
    } catch (error) {
      if (isEventBusError(error) && refusals.includes(error.code)) this.#refused()
      throw error
    } finally {
      this.#unconfirmed.delete(number)
    }
  }

  #refused(): void {
    this.#refusedAt = performance.now()
    this.#changed()
  }
}
