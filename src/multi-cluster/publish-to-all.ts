import type { Cluster } from './cluster.ts'
import type { Copies } from './copies.ts'
import type { Home } from './home.ts'

/**
 * Resolves when all targets have confirmed. Where the time is up and some have, the others keep their copy and send it on
 * when they can. Rejects with `PARTIALLY_PUBLISHED`, or as one cluster does if none has confirmed.
 */
export async function publishToAll(copies: Copies, targets: readonly Cluster[], homes: Home): Promise<void> {
  const home = homes.among(targets)
  const sent = targets.map((cluster) => copies.send(cluster, home).confirmed)
  const ending = await copies.wait(Promise.allSettled(sent))
  const holder = targets.find((cluster) => copies.hasConfirmed(cluster))
  if (!holder || ending === 'aborted') await copies.takeBack()
  // Its home will never have it: groups handle it where it is.
  else if (copies.faultOf(home)) await copies.wait(copies.send(holder, holder).confirmed)
  const error = copies.errorAfter(ending)
  if (error) throw error
}
