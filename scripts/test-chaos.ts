import { randomInt } from 'node:crypto'
import { runChild } from './run-child.mjs'
import { runTests } from './run-tests.ts'
import { root } from './tools.ts'

// npm run test:chaos: the scripts of test/chaos, each with other seeds every time, and those of test/chaos/long.
// npm run test:chaos -- <arguments of vitest>: only those that they select.

const seed = process.env['EVENTBUS_CHAOS_SEED'] ?? String(randomInt(1_000_000))
const rounds = process.env['EVENTBUS_CHAOS_ROUNDS'] ?? '2'
Object.assign(process.env, { EVENTBUS_CHAOS_SEED: seed, EVENTBUS_CHAOS_ROUNDS: rounds })

console.log(`Seed ${seed}. All of this again: EVENTBUS_CHAOS_SEED=${seed} npm run test:chaos`)
console.log(
  "One script again, with the seed in its name: EVENTBUS_CHAOS_SEED=<seed> npm run test:chaos -- -t '<its name>'",
)
// Some scripts run programs as users would, with the package as it is built.
const build = await runChild(process.execPath, [`${root}/scripts/build.ts`], { cwd: root, stdio: 'inherit' })
if (build.code !== 0) process.exit(1)
const { passed, failed } = await runTests([
  '--config=vitest.chaos.config.ts',
  '--reporter=verbose',
  ...process.argv.slice(2),
])
if (failed > 0) console.log(`The seed was ${seed}: EVENTBUS_CHAOS_SEED=${seed} npm run test:chaos`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
