import { waitFor } from '../wait-for.ts'
import { startEpmd } from './epmd.ts'
import { type BrokerOptions, type PrivateBroker, startBroker } from './private-broker.ts'

/** Private brokers that are the nodes of one cluster. */
export interface Cluster {
  readonly nodes: readonly PrivateBroker[]
  /** Resolves when all nodes are up and know of each other. */
  complete(): Promise<void>
  remove(): Promise<void>
}

const startTimeoutMs = 180_000

export async function startCluster(size: number): Promise<Cluster> {
  const epmd = await startEpmd()
  const names = Array.from({ length: size }, (_, index) => `eventbus-${epmd.port}-${index + 1}`)
  const config = ['cluster_formation.peer_discovery_backend = classic_config', ...names.map(memberLine)]
  const starting = names.map((name) => startBroker({ name, config, epmd, startTimeoutMs } satisfies BrokerOptions))
  const started = await Promise.allSettled(starting)
  const nodes = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const cluster: Cluster = {
    nodes,
    complete: () => waitUntilComplete(nodes),
    async remove() {
      await Promise.all(nodes.map((node) => node.remove()))
      await epmd.stop()
    },
  }
  try {
    // Those that failed say why.
    await Promise.all(starting)
    await cluster.complete()
    return cluster
  } catch (error) {
    await cluster.remove()
    throw error
  }
}

function memberLine(name: string, index: number): string {
  return `cluster_formation.classic_config.nodes.${index + 1} = ${name}@localhost`
}

async function waitUntilComplete(nodes: readonly PrivateBroker[]): Promise<void> {
  const seesAll = async ({ ctl }: PrivateBroker): Promise<boolean> => {
    const { running_nodes: running } = JSON.parse(await ctl('cluster_status', '--formatter', 'json')) as {
      running_nodes: string[]
    }
    return running.length === nodes.length
  }
  for (const node of nodes) {
    await waitFor(() => seesAll(node), { timeoutMs: startTimeoutMs, message: `${nodes.length} nodes` })
  }
}
