import { runChild } from './run-child.mjs'
import { root } from './tools.ts'

// npm start [-- arguments]: builds, and becomes `event-bus serve [arguments]`.
const { code } = await runChild(process.execPath, [`${root}/scripts/build.ts`], { stdio: 'inherit' })
if (code !== 0) process.exit(1)

const program = `${root}/dist/cli/bin.js`
process.argv.splice(1, 1, program, 'serve')
await import(program)
