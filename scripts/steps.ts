import { root, tool } from './tools.ts'

export interface Step {
  name: string
  /** A script and its arguments, run by this Node.js. Exit code 0 is success. */
  command: readonly string[]
}

/** What `npm test` checks before the tests, in this order; each also when an earlier one failed. */
export const steps: readonly Step[] = [
  { name: 'lint', command: [tool('oxlint'), '--type-aware', '--deny-warnings'] },
  { name: 'format', command: [tool('prettier'), '--check', '.'] },
  { name: 'types', command: [tool('tsc'), '-p', 'tsconfig.json'] },
  { name: 'build', command: [`${root}/scripts/build.ts`] },
  { name: 'dead code', command: [tool('knip')] },
  { name: 'package', command: [`${root}/scripts/check-package.ts`] },
]
