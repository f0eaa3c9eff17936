import { type HealthCheck, healthCheck } from '../core/health.ts'
import type { Cluster } from './cluster.ts'
import type { PublishPolicy } from './options.ts'

type Checks = Record<string, HealthCheck>

/** The checks of all clusters; the names end in `@` and that of the cluster. Where one is enough, one that fails is a warning while another is well. */
export async function checkClusters(
  clusters: readonly Cluster[],
  policy: PublishPolicy,
  home: Cluster,
  timeoutMs: number,
): Promise<Checks> {
  const found = await Promise.all(
    clusters.map(async ({ name, session }) => ({ name, checks: await session.check(timeoutMs) })),
  )
  const someIsWell = found.some(({ checks }) => !hasFailed(checks))
  const isEnough = policy !== 'all' && someIsWell
  const shown = found.flatMap(({ name, checks }) =>
    Object.entries(checks).map(([part, check]) => [`${part}@${name}`, isEnough ? softened(check) : check] as const),
  )
  return { home: checkHome(home, clusters), ...Object.fromEntries(shown) }
}

function hasFailed(checks: Checks): boolean {
  return Object.values(checks).some(({ status }) => status === 'fail')
}

function softened(check: HealthCheck): HealthCheck {
  return check.status === 'fail' ? { ...check, status: 'warn' } : check
}

function checkHome(home: Cluster, [preferred]: readonly Cluster[]): HealthCheck {
  if (home === preferred || !preferred) return healthCheck('pass', home.name)
  return healthCheck('warn', home.name, `Events are published to '${home.name}' first, instead of '${preferred.name}'.`)
}
