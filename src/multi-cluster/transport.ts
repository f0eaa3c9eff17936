import type { Transport } from '../core/transport.ts'
import type { ClustersSettings } from './options.ts'
import { ClustersSession } from './session.ts'

/** A transport made of transports. */
export interface ClustersTransport extends Transport {
  readonly clusters: readonly string[]
  /** The session of the one bus that joins it. */
  readonly session: ClustersSession | undefined
}

export function clustersTransport(settings: ClustersSettings): ClustersTransport {
  const clusters = settings.clusters.map(({ name }) => name)
  const transports = settings.clusters.map(({ transport }) => transport)
  let session: ClustersSession | undefined
  return {
    name: `clusters ${clusters.join(', ')}`,
    system: shared(transports.map(({ system, name }) => system ?? name)),
    exchange: shared(transports.map(({ exchange }) => exchange)),
    clusters,
    get session() {
      return session
    },
    join: (member) => (session = new ClustersSession(settings, member)),
  }
}

/** What all clusters have in common, if they do. */
function shared<T>(values: readonly T[]): T | undefined {
  const [first, ...others] = new Set(values)
  return others.length === 0 ? first : undefined
}
