export { type Bridge, bridge } from './bridge.ts'
export type { BridgeOptions } from './bridge-options.ts'
export { ClustersBus, type ClusterView } from './bus.ts'
export {
  type ClusterOptions,
  type ClustersOptions,
  type DeduplicationOptions,
  type PublishPolicy,
  resolveClustersOptions,
} from './options.ts'
export { PartiallyPublished } from './partially-published.ts'
export { clustersTransport } from './transport.ts'
