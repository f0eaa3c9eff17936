export { collectMetrics, type CollectMetricsOptions, type MetricsRegistry } from './collect-metrics.ts'
