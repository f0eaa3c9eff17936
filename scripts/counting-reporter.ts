import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule, TestSuite } from 'vitest/node'

/** Counts what vitest ran, for the closing line of `npm test`, into the file that EVENTBUS_TEST_COUNTS_FILE names. */
export default class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], uncaughtErrors: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const passed = tests.filter((test) => test.result().state === 'passed').length
    const failed = tests.filter((test) => test.result().state === 'failed').length
    // Files that could not be loaded and hooks that failed belong to no test.
    const broken = modules.flatMap((module) => [module, ...module.children.allSuites()]).filter(hasOwnErrors).length
    this.#write({ passed, failed: failed + broken + uncaughtErrors.length })
  }

  #write(counts: { passed: number; failed: number }): void {
    const file = process.env['EVENTBUS_TEST_COUNTS_FILE']
    if (file !== undefined) writeFileSync(file, JSON.stringify(counts))
  }
}

function hasOwnErrors(parent: TestModule | TestSuite): boolean {
  return parent.errors().length > 0
}
