import type { BusControl } from '../core/api.ts'
import type { Measurements } from '../core/measurements.ts'
import { maxCountedTypes } from '../core/meter.ts'
import { OptionReader } from '../core/option-reader.ts'
import { eventTypeFamilies } from './event-types.ts'
import { clusterFamilies, families, type Family } from './families.ts'
import { type MetricsRegistry, putInto, readRegister } from './registry.ts'

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
  return putInto(register, [...familiesFor(maxEventTypes), ...ofClusters], read)
}

function resolveOptions(options: CollectMetricsOptions): Required<CollectMetricsOptions> & { maxEventTypes: number } {
  const read = new OptionReader('collectMetrics', options, ['register', 'maxEventTypes'])
  return {
    register: readRegister(read, familiesFor(1)),
    maxEventTypes: read.integer('maxEventTypes', { default: 1_000, min: 1, max: maxCountedTypes }),
  }
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
