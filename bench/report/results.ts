import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import path from 'node:path'
import type { Options } from '../options.ts'
import type { Figure } from './figures.ts'

/** What the JSON holds. */
export interface Results {
  readonly measuredAt: string
  readonly machine: {
    readonly cores: number
    readonly processor: string
    readonly node: string
    readonly broker: string
  }
  readonly settings: Pick<Options, 'runs' | 'events' | 'inFlight'>
  readonly figures: readonly Figure[]
}

/** `broker` is the version of the one that was measured with. */
export function resultsOf(figures: readonly Figure[], { runs, events, inFlight }: Options, broker: string): Results {
  return {
    measuredAt: new Date().toISOString(),
    machine: {
      cores: availableParallelism(),
      processor: cpus()[0]?.model ?? 'unknown',
      node: process.versions.node,
      broker,
    },
    settings: { runs, events, inFlight },
    figures,
  }
}

export async function writeResults(file: string, results: Results): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`)
}
