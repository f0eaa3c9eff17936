import type { OptionReader } from '../core/option-reader.ts'
import type { Family } from './families.ts'
import { RegisteredMetric } from './registered-metric.ts'

/** The part of a `Registry` of prom-client that is needed. */
export interface MetricsRegistry {
  registerMetric(metric: never): void
  removeSingleMetric(name: string): void
  getSingleMetric(name: string): unknown
}

/** The option `register`. Throws `OPTION_INVALID` where it has a metric of such a name already. */
export function readRegister(read: OptionReader, families: readonly { readonly name: string }[]): MetricsRegistry {
  const kind = "a Registry of prom-client: new Registry(), or its global 'register'"
  const register = read.instance('register', kind, isRegistry)
  if (!register) throw read.refuse('register', 'is missing', 'a Registry of prom-client')
  const taken = families.find(({ name }) => register.getSingleMetric(name) !== undefined)
  if (taken) throw read.refuse('register', `has a metric '${taken.name}' already`, 'a registry of its own for each bus')
  return register
}

/** Puts metrics of what `measure` answers into a registry. Returns the function that takes them out again. */
export function putInto<T>(register: MetricsRegistry, families: readonly Family<T>[], measure: () => T): () => void {
  const metrics = families.map((family) => new RegisteredMetric(family, measure))
  for (const metric of metrics) register.registerMetric(metric as never)
  return () => {
    for (const { key } of metrics) register.removeSingleMetric(key)
  }
}

function isRegistry(value: unknown): value is MetricsRegistry {
  const candidate = value as Partial<Record<keyof MetricsRegistry, unknown>> | null
  const methods = ['registerMetric', 'removeSingleMetric', 'getSingleMetric'] as const
  return typeof candidate === 'object' && methods.every((method) => typeof candidate?.[method] === 'function')
}
