import type { Intake } from '../core/transport.ts'
import type { Cluster } from './cluster.ts'

/** The intake of one point on one cluster. Its patterns are counted: those of all clusters, and those of this one alone. */
export class ClusterIntake {
  readonly cluster: Cluster
  readonly #intake: Intake
  readonly #users = new Map<string, number>()
  #boundAt: number | undefined

  constructor(cluster: Cluster, intake: Intake) {
    this.cluster = cluster
    this.#intake = intake
  }

  get queue(): string {
    return this.#intake.queue
  }

  get status(): Intake['status'] {
    return this.#intake.status
  }

  /** When it was first bound, on the clock of `performance`. */
  get boundAt(): number | undefined {
    return this.#boundAt
  }

  async bind(pattern: string): Promise<void> {
    this.#users.set(pattern, (this.#users.get(pattern) ?? 0) + 1)
    await this.#intake.bind(pattern)
    this.#boundAt ??= performance.now()
  }

  async unbind(pattern: string): Promise<void> {
    const left = (this.#users.get(pattern) ?? 1) - 1
    this.#users.set(pattern, left)
    if (left > 0) return
    this.#users.delete(pattern)
    await this.#intake.unbind(pattern)
  }

  stop(): Promise<void> {
    return this.#intake.stop()
  }
}
