import type { BusControl } from '../core/api.ts'
import type { Measurements } from '../core/measurements.ts'
import { maxCountedTypes } from '../core/meter.ts'
import { OptionReader } from '../core/option-reader.ts'
import { eventTypeFamilies } from './event-types.ts'
import { clusterFamilies, families, type Family } from './families.ts'
import { RegisteredMetric } from './registered-metric.ts'

/** The part of a `Registry` of prom-client that is needed. */
export interface MetricsRegistry {
  registerMetric(metric: never): void
  removeSingleMetric(name: string): void
  getSingleMetric(name: string): unknown
}

export interface CollectMetricsOptions {
  /** Where the metrics stand: a `Registry` of prom-client, 15.1 or later. One for each bus. */
  readonly register: MetricsRegistry
  /** How many event types are told apart; further ones are counted as `other`. Default 1,000, at most 10,000. */
  readonly maxEventTypes?: number | undefined
}

/**
 * Puts the metrics of a bus into a registry; what they count began with the bus. They are read at the scrape, and cost
 * nothing between two. Returns the function that takes them out again. Throws `OPTION_INVALID`.
 */
export function collectMetrics(bus: BusControl, options: CollectMetricsOptions): () => void {
  const { register, maxEventTypes } = resolveOptions(options)
  const read = oncePerTick(() => bus.measurements())
  const ofClusters = read().clusters ? clusterFamilies : []
  const metrics = [...familiesFor(maxEventTypes), ...ofClusters].map((family) => new RegisteredMetric(family, read))
  for (const metric of metrics) register.registerMetric(metric as never)
  return () => {
    for (const { key } of metrics) register.removeSingleMetric(key)
  }
}

function resolveOptions(options: CollectMetricsOptions): Required<CollectMetricsOptions> & { maxEventTypes: number } {
  const read = new OptionReader('collectMetrics', options, ['register', 'maxEventTypes'])
  const register = read.instance(
    'register',
    "a Registry of prom-client: new Registry(), or its global 'register'",
    isRegistry,
  )
  if (!register) throw read.refuse('register', 'is missing', 'a Registry of prom-client')
  const taken = familiesFor(1).find(({ name }) => register.getSingleMetric(name) !== undefined)
  if (taken) throw read.refuse('register', `has a metric '${taken.name}' already`, 'a registry of its own for each bus')
  const maxEventTypes = read.integer('maxEventTypes', { default: 1_000, min: 1, max: maxCountedTypes })
  return { register, maxEventTypes }
}

function familiesFor(maxEventTypes: number): readonly Family[] {
  return [...eventTypeFamilies(maxEventTypes), ...families]
}

/** A registry asks all metrics of a scrape in one tick: they shall tell of one moment. */
function oncePerTick(measure: () => Measurements): () => Measurements {
  let known: Measurements | undefined
  return () => {
    if (known) return known
    queueMicrotask(() => (known = undefined))
    return (known = measure())
  }
}

function isRegistry(value: unknown): value is MetricsRegistry {
  const candidate = value as Partial<Record<keyof MetricsRegistry, unknown>> | null
  const methods = ['registerMetric', 'removeSingleMetric', 'getSingleMetric'] as const
  return typeof candidate === 'object' && methods.every((method) => typeof candidate?.[method] === 'function')
}
