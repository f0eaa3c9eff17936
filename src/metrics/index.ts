export { collectBridgeMetrics, type MeasuredBridge } from './bridges.ts'
export { collectMetrics, type CollectMetricsOptions } from './collect-metrics.ts'
export type { MetricsRegistry } from './registry.ts'
