import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runChild } from './run-child.mjs'
import { steps, type Step } from './steps.ts'
import { root, tool } from './tools.ts'

// npm test: every check, then every test. npm test -- <arguments of vitest>: only the tests that they select.

interface Counts {
  passed: number
  failed: number
}

const selection = process.argv.slice(2)
const none: Counts = { passed: 0, failed: 0 }
const stepCounts = selection.length === 0 ? await runSteps() : none
const testCounts = await runTests(selection)
const passed = stepCounts.passed + testCounts.passed
const failed = stepCounts.failed + testCounts.failed
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

async function runSteps(): Promise<Counts> {
  const counts = { ...none }
  for (const step of steps) counts[(await runStep(step)) ? 'passed' : 'failed']++
  return counts
}

/** Prints one line, and what the step printed only if it failed. */
async function runStep(step: Step): Promise<boolean> {
  const start = performance.now()
  const { code, output } = await runChild(process.execPath, step.command, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${code === 0 ? '✓' : '✗'} ${step.name} ${seconds} s`)
  if (code !== 0) console.log(output.trimEnd())
  return code === 0
}

async function runTests(args: readonly string[]): Promise<Counts> {
  const folder = mkdtempSync(path.join(tmpdir(), 'eventbus-test-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const countsFile = path.join(folder, 'counts.json')
  const reporters = ['--reporter=default', `--reporter=${root}/scripts/counting-reporter.ts`]
  const { code } = await runChild(process.execPath, [tool('vitest'), 'run', ...reporters, ...args], {
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
    return none
  }
}
