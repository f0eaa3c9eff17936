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
  let session: ClustersSession | undefined
  return {
    name: `clusters ${clusters.join(', ')}`,
    clusters,
    get session() {
      return session
    },
    join: (member) => (session = new ClustersSession(settings, member)),
  }
}
