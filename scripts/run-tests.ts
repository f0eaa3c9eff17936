import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runChild } from './run-child.mjs'
import { root, tool } from './tools.ts'

export interface Counts {
  passed: number
  failed: number
}

/** Runs vitest to its end. */
export async function runTests(args: readonly string[]): Promise<Counts> {
  const folder = mkdtempSync(path.join(tmpdir(), 'eventbus-test-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const countsFile = path.join(folder, 'counts.json')
  const counting = `--reporter=${root}/scripts/counting-reporter.ts`
  const { code } = await runChild(process.execPath, [tool('vitest'), 'run', counting, ...args], {
    cwd: root,
    env: { ...process.env, EVENTBUS_TEST_COUNTS_FILE: countsFile },
    stdio: 'inherit',
  })
  return settle(readCounts(countsFile), code)
}

/** A run that failed without a failed test, or ran no test, is a failure too. */
function settle(counts: Counts, code: number | null): Counts {
  const unexplained = counts.failed === 0 && (code !== 0 || counts.passed === 0)
  return unexplained ? { ...counts, failed: 1 } : counts
}

/** None if vitest ended before it could write them. */
function readCounts(file: string): Counts {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Counts
  } catch {
    return { passed: 0, failed: 0 }
  }
}
