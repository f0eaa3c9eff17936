import type { SessionLoad } from '../core/load.ts'
import type { Cluster } from './cluster.ts'

/** What all clusters have in hand; the names of connections end in `@` and that of the cluster. */
export function loadOf(clusters: readonly Cluster[]): SessionLoad {
  const loads = clusters.map(({ name, session }) => ({ name, load: session.load() }))
  const connections = loads.flatMap(({ name, load }) =>
    Object.entries(load.connections).map(([connection, state]) => [`${connection}@${name}`, state] as const),
  )
  return {
    buffered: {
      events: sum(loads, ({ load }) => load.buffered.events),
      bytes: sum(loads, ({ load }) => load.buffered.bytes),
    },
    connections: Object.fromEntries(connections),
    redeliveries: sum(loads, ({ load }) => load.redeliveries),
    undecodable: sum(loads, ({ load }) => load.undecodable),
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
