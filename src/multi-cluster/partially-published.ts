import { EventBusError } from '../core/errors.ts'

/** `PARTIALLY_PUBLISHED`: some clusters have the event, others do not, or not yet. Its `event` can be published again under the same id. */
export class PartiallyPublished extends EventBusError {
  /** The clusters that have confirmed it. */
  readonly confirmed: readonly string[]
  /**
   * Why the others have not, by cluster. `PUBLISH_UNCONFIRMED`: the time limit has passed; the event stays in the buffer for
   * that cluster and goes out when it returns, while this process lives.
   */
  readonly failed: Readonly<Record<string, EventBusError>>

  constructor(type: string, confirmed: readonly string[], failed: Readonly<Record<string, EventBusError>>) {
    const causes = Object.values(failed)
    const list = Object.entries(failed).map(([cluster, { code, message }]) => `${cluster}: ${code}, ${message}`)
    super(
      'PARTIALLY_PUBLISHED',
      `The event '${type}' was confirmed by ${confirmed.join(', ')} only; ${list.join('; ')}`,
      {
        cause: causes[0],
      },
    )
    this.confirmed = confirmed
    this.failed = failed
  }
}
