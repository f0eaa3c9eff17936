import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createEventBus, memory, silentLogger, type SyncedCacheStatistics } from '../../src/index.ts'
import { testClock } from '../../src/testing/index.ts'
import { CutLine } from '../support/in-step/cut-line.ts'
import { playInStep } from '../support/in-step/script.ts'
import type { World } from '../support/in-step/world.ts'
import { Random } from '../support/random.ts'

const seeds = Array.from({ length: 200 }, (_, index) => index + 1)
const longerThanKept = 25 * 60 * 60 * 1_000
const played: SyncedCacheStatistics[] = []

/** All in this process: time passes in turns of the event loop, and in days when the test says so. */
function memoryWorld(random: Random): World {
  const clock = testClock()
  const transport = memory({ clock })
  const truth = new Map<string, number>()
  const lines = new Map<string, CutLine>()
  const turns = async (most: number): Promise<void> => {
    for (let left = random.integer(0, most); left > 0; left--) await nextTurn()
  }
  const pause = (): Promise<void> => turns(2)
  return {
    pause,
    join(instance) {
      const line = lines.get(instance) ?? new CutLine(transport, pause)
      lines.set(instance, line)
      return createEventBus({ source: 'test', instance, transport: line, logger: silentLogger })
    },
    cut: (instance) => lines.get(instance)?.cut(),
    heal: (instance) => lines.get(instance)?.heal(),
    async outlive() {
      await pause()
      clock.advance(longerThanKept)
      await pause()
    },
    async read(key) {
      await pause()
      const version = truth.get(key) ?? 0
      // An answer that is long on its way: what was read may be stale by then.
      await turns(12)
      return version
    },
    async write(key) {
      await pause()
      truth.set(key, (truth.get(key) ?? 0) + 1)
    },
  }
}

test.for(seeds)(
  'four instances that are cut off and restarted at random are in step when it is quiet, seed %i',
  async (seed) => {
    const random = new Random(seed)
    played.push(...(await playInStep(memoryWorld(random), random, { instances: 4, steps: 60 })))
  },
)

test('the scripts above had all of it: loads under invalidations, failures, gaps', () => {
  const total = (of: keyof SyncedCacheStatistics): number => played.reduce((sum, one) => sum + one[of], 0)
  const all = ['hits', 'loads', 'loadFailures', 'staleLoads', 'invalidations', 'gaps'] as const
  for (const one of all) expect(total(one), one).toBeGreaterThan(seeds.length)
})
