import { asError, EventBusError, type EventBusErrorCode, isEventBusError } from '../core/errors.ts'
import { settledBy, unlessAborted } from '../core/settled.ts'
import type { PublishRequest } from '../core/transport.ts'
import type { Cluster } from './cluster.ts'
import { PartiallyPublished } from './partially-published.ts'

/** One copy of an event, on its way to one cluster. */
export interface Copy {
  /** Resolves when the cluster has taken responsibility for it. Looked after. */
  readonly confirmed: Promise<void>
  /** It is not wanted there any more: what has not been sent is not sent. */
  takeBack(): void
}

/** How waiting came to an end. */
export type Ending = 'settled' | 'expired' | 'aborted'

/** What has become of the event on one cluster. */
type Fate = 'pending' | 'confirmed' | EventBusError

/** The copies of one event, and what has become of them. */
export class Copies {
  readonly #request: PublishRequest
  readonly #deadline: number
  readonly #fates = new Map<Cluster, Fate>()
  readonly #copies: Copy[] = []

  constructor(request: PublishRequest) {
    this.#request = request
    this.#deadline = Date.now() + request.options.timeoutMs
  }

  /** Sends a copy; a second one to the same cluster where that has become its home. */
  send(cluster: Cluster, home: Cluster): Copy {
    const abort = new AbortController()
    // The cluster keeps it for as long as it takes: how long the promise may wait is decided here.
    const options = { ...this.#request.options, timeoutMs: Infinity, signal: abort.signal }
    const confirmed = cluster.publish({ ...this.#request, options, home: home.name })
    if (this.#fates.get(cluster) !== 'confirmed') this.#fates.set(cluster, 'pending')
    confirmed.then(
      () => this.#fates.set(cluster, 'confirmed'),
      (error: unknown) => this.#failed(cluster, error),
    )
    const copy = { confirmed, takeBack: () => abort.abort() }
    this.#copies.push(copy)
    return copy
  }

  hasConfirmed(cluster: Cluster): boolean {
    return this.#fates.get(cluster) === 'confirmed'
  }

  /** Why a cluster will not have it. */
  faultOf(cluster: Cluster): EventBusError | undefined {
    const fate = this.#fates.get(cluster)
    return isEventBusError(fate) ? fate : undefined
  }

  /** Waits for `work`, whatever comes of it, for as long as the publish may. */
  async wait(work: Promise<unknown>): Promise<Ending> {
    const { signal } = this.#request.options
    const settled = settledBy(work, this.#deadline)
    try {
      return (await (signal ? unlessAborted(settled, signal) : settled)) ? 'settled' : 'expired'
    } catch {
      return 'aborted'
    }
  }

  /** Takes back all that is not confirmed; then nothing is pending. */
  async takeBack(): Promise<void> {
    for (const copy of this.#copies) copy.takeBack()
    await Promise.allSettled(this.#copies.map(({ confirmed }) => confirmed))
  }

  /** What the caller is told: nothing if all have it, else who has it and who has not. */
  errorAfter(ending: Ending): EventBusError | undefined {
    const { type } = this.#request.event
    const confirmed = this.#namesOf((fate) => fate === 'confirmed')
    const failed = Object.fromEntries(this.#faults(ending))
    if (Object.keys(failed).length === 0) return undefined
    return confirmed.length > 0 ? new PartiallyPublished(type, confirmed, failed) : nowhere(type, failed, ending)
  }

  *#faults(ending: Ending): Iterable<[string, EventBusError]> {
    for (const [{ name }, fate] of this.#fates) {
      if (isEventBusError(fate)) yield [name, fate]
      else if (fate === 'pending') yield [name, this.#stillPending(name, ending)]
    }
  }

  #stillPending(cluster: string, ending: Ending): EventBusError {
    const limit = ending === 'expired' ? `within ${this.#request.options.timeoutMs} ms` : 'yet'
    const message = `'${cluster}' has not confirmed it ${limit}; it stays in the buffer for that cluster and goes out when it can`
    return new EventBusError('PUBLISH_UNCONFIRMED', message)
  }

  #namesOf(is: (fate: Fate) => boolean): string[] {
    return [...this.#fates].filter(([, fate]) => is(fate)).map(([{ name }]) => name)
  }

  #failed(cluster: Cluster, error: unknown): void {
    if (this.#fates.get(cluster) !== 'pending') return
    const cause = asError(error)
    this.#fates.set(
      cluster,
      isEventBusError(cause) ? cause : new EventBusError('BROKER_ERROR', cause.message, { cause }),
    )
  }
}

/** No cluster has confirmed it: whether one may have it all the same decides the code. */
function nowhere(type: string, failed: Readonly<Record<string, EventBusError>>, ending: Ending): EventBusError {
  const faults = Object.values(failed)
  const list = Object.entries(failed).map(([cluster, { message }]) => `${cluster}: ${message}`)
  const cause = faults.find(({ code }) => code === 'PUBLISH_UNCONFIRMED') ?? (faults[0] as EventBusError)
  const code = cause.code === 'PUBLISH_ABORTED' ? codeOf[ending] : cause.code
  return new EventBusError(code, `The event '${type}' was confirmed by no cluster. ${list.join('; ')}`, { cause })
}

const codeOf: Record<Ending, EventBusErrorCode> = {
  settled: 'PUBLISH_ABORTED',
  aborted: 'PUBLISH_ABORTED',
  expired: 'PUBLISH_TIMEOUT',
}
