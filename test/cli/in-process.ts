import { vi } from 'vitest'
import { main } from '../../src/cli/main.ts'
import type { Ended } from './processes.ts'

/** Runs a command within this process: for many calls of one that opens and closes all by itself. */
export async function runHere(args: readonly string[]): Promise<Ended> {
  let [stdout, stderr] = ['', '']
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((stdout += String(text)), true))
  const error = vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((stderr += String(text)), true))
  try {
    const code = await main(args)
    return { code, stdout, stderr }
  } finally {
    out.mockRestore()
    error.mockRestore()
  }
}
