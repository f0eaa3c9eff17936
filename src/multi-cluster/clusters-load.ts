import type { ClusterLoad, SessionLoad } from '../core/load.ts'
import type { Cluster } from './cluster.ts'

/** What all clusters have in hand, and each of them; the names of connections end in `@` and that of the cluster. */
export function loadOf(
  clusters: readonly Cluster[],
  home: Cluster,
  duplicatesOf: (cluster: Cluster) => number,
): SessionLoad {
  const loads = clusters.map((cluster) => ({ name: cluster.name, load: cluster.session.load() }))
  const connections = loads.flatMap(({ name, load }) =>
    Object.entries(load.connections).map(([connection, state]) => [`${connection}@${name}`, state] as const),
  )
  const total = (of: (load: SessionLoad) => number): number => loads.reduce((sum, { load }) => sum + of(load), 0)
  const each = clusters.map((cluster, index): [string, ClusterLoad] => {
    const { buffered, connections: own, redeliveries } = (loads[index] as { load: SessionLoad }).load
    const isHome = cluster === home
    return [cluster.name, { buffered, connections: own, redeliveries, isHome, duplicates: duplicatesOf(cluster) }]
  })
  return {
    buffered: { events: total(({ buffered }) => buffered.events), bytes: total(({ buffered }) => buffered.bytes) },
    connections: Object.fromEntries(connections),
    redeliveries: total(({ redeliveries }) => redeliveries),
    undecodable: total(({ undecodable }) => undecodable),
    clusters: Object.fromEntries(each),
  }
}
