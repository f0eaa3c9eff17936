import { runChild } from './run-child.mjs'
import { type Counts, runTests } from './run-tests.ts'
import { steps, type Step } from './steps.ts'
import { root } from './tools.ts'

// npm test: every check, then every test. npm test -- <arguments of vitest>: only the tests that they select.

const selection = process.argv.slice(2)
const none: Counts = { passed: 0, failed: 0 }
const stepCounts = selection.length === 0 ? await runSteps() : none
const testCounts = await runTests(['--reporter=default', ...selection])
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
