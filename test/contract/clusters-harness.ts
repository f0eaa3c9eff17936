import { clustersTransport, resolveClustersOptions } from '../../src/multi-cluster/index.ts'
import type { PublishPolicy } from '../../src/index.ts'
import type { TransportHarness } from '../../src/testing/index.ts'

/** Each space is one of each harness, joined as clusters of the names `c1`, `c2`, ... */
export function clustersHarness(
  harnesses: readonly TransportHarness[],
  publishPolicy: PublishPolicy,
): TransportHarness {
  return {
    speed: harnesses[0]?.speed,
    async open() {
      const spaces = await Promise.all(harnesses.map((harness) => harness.open()))
      return {
        transport() {
          const clusters = spaces.map((space, index) => ({ name: `c${index + 1}`, transport: space.transport() }))
          return clustersTransport(resolveClustersOptions({ clusters, publishPolicy }))
        },
        async deadLetters() {
          const letters = await Promise.all(spaces.map((space) => space.deadLetters()))
          return letters.flat()
        },
        async close() {
          await Promise.all(spaces.map((space) => space.close()))
        },
      }
    },
  }
}
