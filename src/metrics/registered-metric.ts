import type { Family, Sample } from './families.ts'

/** What a registry of prom-client asks a metric for. */
interface Reading extends Omit<Family, 'read'> {
  readonly values: readonly Sample[]
  /** How the metrics of several processes are joined. */
  readonly aggregator: 'sum'
}

/**
 * A metric as a registry of prom-client knows it, read when it is asked for. Not one of prom-client's own: a counter or
 * histogram of those cannot be given a value, and a call for every event costs ten times as much as counting it.
 */
export class RegisteredMetric<T> {
  /** By which the registry knows it. */
  readonly key: string
  /** For OpenMetrics, the registry takes `_total` off it. */
  name: string
  readonly help: string
  readonly type: Family['type']
  readonly #family: Family<T>
  readonly #measure: () => T

  constructor(family: Family<T>, measure: () => T) {
    this.key = family.name
    this.name = family.name
    this.help = family.help
    this.type = family.type
    this.#family = family
    this.#measure = measure
  }

  async get(): Promise<Reading> {
    const { name, help, type } = this
    return { name, help, type, values: this.#family.read(this.#measure()), aggregator: 'sum' }
  }

  /** What the bus has counted stays counted. */
  reset(): void {}
}
