import type { Logger } from '../core/logger.ts'
import type { Cluster } from './cluster.ts'

export interface HomeSettings {
  readonly failoverAfterMs: number
  readonly failbackAfterMs: number
}

/** When a cluster became what it is at present: fit to publish to, or not. */
interface Condition {
  readonly isFit: boolean
  readonly since: number
}

/**
 * Where what is published now belongs: the first cluster in order that is connected, takes what is sent to it and confirms
 * in time. It moves on when that one falters for a while, and back when that one has been well for a longer while.
 */
export class Home {
  readonly #clusters: readonly Cluster[]
  readonly #settings: HomeSettings
  readonly #logger: Logger
  readonly #moved: () => void
  readonly #conditions = new Map<Cluster, Condition>()
  readonly #timer: NodeJS.Timeout
  #current: Cluster

  constructor(clusters: readonly Cluster[], settings: HomeSettings, logger: Logger, moved: () => void) {
    this.#clusters = clusters
    this.#settings = settings
    this.#logger = logger
    this.#moved = moved
    this.#current = first(clusters)
    this.#timer = setInterval(() => this.look(), Math.max(10, settings.failoverAfterMs / 4))
    this.#timer.unref()
  }

  get current(): Cluster {
    return this.#current
  }

  /** The home among these: the current one, or else the first that is fit. */
  among(clusters: readonly Cluster[]): Cluster {
    if (clusters.includes(this.#current)) return this.#current
    return clusters.find((one) => this.#isFit(one)) ?? first(clusters)
  }

  /** Another one to turn to, if there is one that is fit. */
  otherThan(cluster: Cluster): Cluster | undefined {
    return this.#clusters.find((one) => one !== cluster && this.#isFit(one))
  }

  /** Sees how the clusters do, and moves if it must. */
  look(): void {
    for (const cluster of this.#clusters) this.#observe(cluster)
    const next = this.#falters(this.#current) ? this.otherThan(this.#current) : this.#recovered()
    if (next) this.#moveTo(next)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #observe(cluster: Cluster): void {
    const isFit = this.#isFit(cluster)
    const known = this.#conditions.get(cluster)
    // What is well from the start has never been away.
    const since = known ? performance.now() : -Infinity
    if (known?.isFit !== isFit) this.#conditions.set(cluster, { isFit, since: isFit ? since : performance.now() })
  }

  #isFit(cluster: Cluster): boolean {
    return this.#faultOf(cluster) === undefined
  }

  /** Why nothing should be published to it first. A refusal counts for a while only: nothing else tells that it is over. */
  #faultOf({ status, silentSince = Infinity, refusedAt = -Infinity }: Cluster): string | undefined {
    const now = performance.now()
    if (status !== 'open') return `which is ${status}`
    if (now - refusedAt < this.#settings.failbackAfterMs) return 'which refuses them'
    return now - silentSince < this.#settings.failoverAfterMs ? undefined : 'which does not confirm'
  }

  /** A cluster that refuses this client does not come back by itself; one that is only away is given a moment. */
  #falters(cluster: Cluster): boolean {
    const { isFit = true, since = 0 } = this.#conditions.get(cluster) ?? {}
    if (isFit) return false
    const patience = cluster.status === 'refused' || cluster.status === 'open' ? 0 : this.#settings.failoverAfterMs
    return performance.now() - since >= patience
  }

  /** The first of those before the current one that has been well for long enough. */
  #recovered(): Cluster | undefined {
    const better = this.#clusters.slice(0, this.#clusters.indexOf(this.#current))
    return better.find((one) => this.#hasBeenFit(one))
  }

  #hasBeenFit(cluster: Cluster): boolean {
    const { isFit = false, since = Infinity } = this.#conditions.get(cluster) ?? {}
    return isFit && performance.now() - since >= this.#settings.failbackAfterMs
  }

  #moveTo(next: Cluster): void {
    const { name } = this.#current
    const fault = this.#faultOf(this.#current)
    const why = fault === undefined ? ': it is well again' : `, instead of '${name}', ${fault}`
    this.#current = next
    this.#logger.warn({ cluster: next.name }, `Events are published to '${next.name}' first${why}`)
    this.#moved()
  }
}

function first(clusters: readonly Cluster[]): Cluster {
  return clusters[0] as Cluster
}
